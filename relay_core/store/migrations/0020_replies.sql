-- Which messages a conversation has, and in which ticket a reply is. DuckDB only, but for columns.

-- A number for the conversation of a delivery: whoever looks for it through everything that was
-- sent compares it many times more quickly than the text, which decides.
ALTER TABLE deliveries ADD COLUMN conversation_number UBIGINT;
UPDATE deliveries SET conversation_number = md5_number_lower(conversation_id)
 WHERE conversation_id IS NOT NULL;
