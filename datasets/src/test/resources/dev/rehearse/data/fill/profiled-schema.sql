CREATE EXTENSION pg_stat_statements;
CREATE SCHEMA shop;
CREATE TYPE shop.tier AS ENUM ('free', 'basic', 'gold');
CREATE TABLE shop.customer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  full_name varchar(80) NOT NULL,
  country char(2) NOT NULL,
  phone text,
  tier shop.tier NOT NULL DEFAULT 'free',
  active boolean NOT NULL,
  born date,
  credit numeric(12,2),
  joined timestamptz NOT NULL,
  notes text,
  token uuid NOT NULL
);
CREATE TABLE shop.orders (
  id bigserial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customer,
  status text NOT NULL CHECK (status IN ('new', 'paid', 'sent', 'lost')),
  placed timestamptz NOT NULL,
  total numeric(10,2) NOT NULL,
  coupon varchar(20),
  quantity int NOT NULL CHECK (quantity > 0),
  payload jsonb,
  document text,
  cold text
);
CREATE INDEX orders_customer ON shop.orders (customer_id);
CREATE INDEX orders_placed ON shop.orders (placed);
CREATE INDEX orders_status ON shop.orders (status);
CREATE TABLE shop.label (
  id int PRIMARY KEY, blank text, mark text, code text, ratio numeric(5,4), tag json, picture text,
  tags text[], words text[], scores int[],
  state text CHECK (state IN ('open', 'done', 'void', 'cancelled', 'on its way back')),
  grade varchar(20) CHECK (grade IN ('A', 'B', 'not yet decided')));
CREATE TABLE shop.order_line (
  order_id bigint NOT NULL REFERENCES shop.orders,
  line_no int NOT NULL,
  product text NOT NULL,
  weight double precision,
  label_id int REFERENCES shop.label,
  PRIMARY KEY (order_id, line_no)
);
CREATE TABLE shop.event (
  id bigint NOT NULL,
  kind int NOT NULL,
  at timestamp NOT NULL,
  source inet,
  flags bytea,
  extra jsonb NOT NULL,
  options json NOT NULL,
  words tsvector NOT NULL
);
CREATE TABLE shop.site (
  city text NOT NULL,
  region text,
  country char(2) NOT NULL,
  status text NOT NULL,
  channel text,
  tries int NOT NULL,
  opened date NOT NULL
);
-- One column that has few values, and is asked for many, has ANALYZE read every row of its table: no bar is missed by the luck of a sample.
ALTER TABLE shop.orders ALTER status SET STATISTICS 200;
ALTER TABLE shop.order_line ALTER line_no SET STATISTICS 400;
ALTER TABLE shop.event ALTER kind SET STATISTICS 400;
ALTER TABLE shop.site ALTER status SET STATISTICS 200;
CREATE STATISTICS shop.site_place (ndistinct, dependencies, mcv) ON city, region, country FROM shop.site;
CREATE STATISTICS shop.site_state (ndistinct, dependencies, mcv) ON status, channel, tries FROM shop.site;
CREATE STATISTICS shop.orders_lower ON (lower(status)) FROM shop.orders;
CREATE STATISTICS shop.event_kind (ndistinct, dependencies, mcv) ON kind, source FROM shop.event;
ALTER STATISTICS shop.site_state SET STATISTICS 100;
ALTER STATISTICS shop.event_kind SET STATISTICS 100;

CREATE SCHEMA traffic;
CREATE TABLE traffic.visit (id bigint NOT NULL, at timestamptz NOT NULL, site int) PARTITION BY RANGE (at);
CREATE TABLE traffic.visit_1 PARTITION OF traffic.visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE traffic.visit_2 PARTITION OF traffic.visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE traffic.visit_later PARTITION OF traffic.visit DEFAULT;
CREATE TABLE traffic.source (id bigint NOT NULL, region text NOT NULL) PARTITION BY LIST (region);
CREATE TABLE traffic.source_de PARTITION OF traffic.source FOR VALUES IN ('de');
CREATE TABLE traffic.source_fr PARTITION OF traffic.source FOR VALUES IN ('fr');
CREATE TABLE traffic.source_other PARTITION OF traffic.source DEFAULT;
CREATE TABLE traffic.ticket (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE traffic.ticket_1 PARTITION OF traffic.ticket FOR VALUES FROM (1) TO (1001);
CREATE TABLE traffic.ticket_later PARTITION OF traffic.ticket DEFAULT;
CREATE SCHEMA archive;
CREATE TABLE archive.visit_1 PARTITION OF traffic.visit FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE traffic.ware (
  sku text PRIMARY KEY,
  code text NOT NULL CHECK (code ~ '^[A-Z]{3}-\d{4}$'),
  unit text NOT NULL,
  price numeric(14,4) NOT NULL,
  change numeric(10,2) NOT NULL);
CREATE TABLE traffic.ware_bin (shelf int, place int, sku text NOT NULL REFERENCES traffic.ware, PRIMARY KEY (shelf, place));
CREATE TABLE traffic.ware_note (tenant int, id bigint, PRIMARY KEY (tenant, id));
ALTER TABLE traffic.ware ALTER code SET STATISTICS 200;
ALTER TABLE traffic.ware_bin ALTER shelf SET STATISTICS 200;
ALTER TABLE traffic.ware_note ALTER tenant SET STATISTICS 200;
ALTER TABLE traffic.visit ALTER site SET STATISTICS 200;
ALTER TABLE traffic.source ALTER region SET STATISTICS 200;
