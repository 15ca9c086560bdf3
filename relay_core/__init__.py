"""Relay: reach Zendesk customers first, in bulk, over WhatsApp and SMS, safely."""
