"""From a definition to the people it matches, in the mirror or in Zendesk."""
