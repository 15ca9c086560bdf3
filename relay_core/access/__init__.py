"""Who may do what: permissions, to whom they are granted, and a front desk that asks for them."""
