"""How the outside hears of messages: webhooks, what they say, and when they are posted."""
