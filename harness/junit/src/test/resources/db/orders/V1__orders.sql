CREATE TABLE orders (
    id bigint PRIMARY KEY,
    total bigint NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
);
