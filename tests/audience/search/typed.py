"""What people type: queries made of parts that go wrong, and any text whatsoever."""

from hypothesis import strategies as st

PARTS = st.sampled_from(
    [
        "tags:", "tags", "vip", "a b", '"', '"a b"', "'", "'a'", "“", "”", "-", "--", "\u2013",
        "!", " ", " ", "  ", "\t", "\n", "\u3000", "\u200b", ":", "::", "<", ">", "<=", ">=",
        "=", "!=", "<>", "AND", "OR", "NOT", "and", "&&", "&", "||", "(", ")", "*", "^2", "~1",
        "+", ",", ";", "none", "null", "role:", "end-user", "customer", "email:",
        "ada@example.com", "@example.com", "phone:", "+31612345678", "06 12 34 56 78",
        "0031612345678", "created", "created>", "7d", "7days", "4hours", "yesterday",
        "2026-03-08", "15/03/2026", "2026-03-08..2026-04-01", "[2026-03-08 TO 2026-04-01]",
        "2026-03-08T09:00:00", "Z", "updated_at<", "type:user", "type:ticket", "type:phone:1",
        "order_by:created", "sort:asc", "is_suspended:true", "yes", "plan_type:",
        "Platinum plan", "gold", "plan type:gold", "num_agents:", "num_agents>=", "1,000",
        "4-10", "is_active:", "subscription_date<", "colours:", "account_manager:", "name:",
        "jan*", "*son", "/x/", "organization:", "Acme", "group:", "whatsapp:", "user.tags:",
        "locale:", "status:", "query=", "custom_field_1:", "http://x.nl", "external_id:",
        "user:",
    ]
)  # fmt: skip
ASSEMBLED = st.lists(PARTS, max_size=9).map("".join)
SPACED = st.lists(PARTS, max_size=8).map(" ".join)
TYPED = st.one_of(ASSEMBLED, SPACED, st.text(max_size=40))
