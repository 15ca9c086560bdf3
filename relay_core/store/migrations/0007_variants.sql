-- One name in several languages, and what messages cost. In the subset that DuckDB and PostgreSQL
-- share.

-- The order in which other languages stand in for a person's own, a JSON list; null: everybody gets
-- the campaign's own template.
ALTER TABLE campaigns ADD COLUMN languages TEXT;

-- Of the template that this message is made from; null: the run's own.
ALTER TABLE deliveries ADD COLUMN template_language TEXT;

-- The other languages of a run, frozen at planning.
CREATE TABLE run_templates (
    run_id      BIGINT NOT NULL,
    language    TEXT NOT NULL,
    template    TEXT NOT NULL,             -- JSON, as runs.template
    PRIMARY KEY (run_id, language)
);

CREATE TABLE prices (
    country     TEXT NOT NULL,             -- of the number, ISO 3166
    channel     TEXT NOT NULL CHECK (channel IN ('sms', 'whatsapp')),
    category    TEXT,                      -- Meta's, of a WhatsApp message; null: every category
    price       TEXT NOT NULL,             -- decimal; of one part of an SMS, of one WhatsApp message
    currency    TEXT NOT NULL,             -- ISO 4217
    since       DATE NOT NULL,             -- holds from this day on, until a later one
    is_example  BOOLEAN NOT NULL,
    -- XTS is the code that ISO 4217 keeps for tests: no example can be taken for a price.
    CHECK (is_example = (currency = 'XTS')),
    CHECK (category IS NULL OR channel = 'whatsapp')
);

INSERT INTO prices (country, channel, category, price, currency, since, is_example) VALUES
    ('DE', 'sms', NULL, '0.09', 'XTS', '2026-01-01', true),
    ('ES', 'sms', NULL, '0.07', 'XTS', '2026-01-01', true),
    ('FR', 'sms', NULL, '0.06', 'XTS', '2026-01-01', true),
    ('GB', 'sms', NULL, '0.04', 'XTS', '2026-01-01', true),
    ('NL', 'sms', NULL, '0.08', 'XTS', '2026-01-01', true),
    ('US', 'sms', NULL, '0.01', 'XTS', '2026-01-01', true),
    ('FR', 'whatsapp', 'MARKETING', '0.12', 'XTS', '2026-01-01', true),
    ('FR', 'whatsapp', 'UTILITY', '0.03', 'XTS', '2026-01-01', true),
    ('US', 'whatsapp', 'MARKETING', '0.03', 'XTS', '2026-01-01', true),
    ('US', 'whatsapp', 'UTILITY', '0.01', 'XTS', '2026-01-01', true);
