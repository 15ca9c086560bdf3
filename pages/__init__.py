"""The pages: everything that draws. Each press is one call on the front desk."""
