SELECT setseed(0.4);
INSERT INTO shop.customer (email, full_name, country, phone, tier, active, born, credit, joined, notes, token)
SELECT 'secret.person' || i || '@victim-mail.test',
       (ARRAY['Zebulon', 'Quintessa', 'Ottoline', 'Marmaduke'])[1 + floor(random() * 4)::int] || ' Secretname' || floor(random() * 3000)::int,
       (ARRAY['DE', 'DE', 'DE', 'DE', 'FR', 'FR', 'IT', 'ES', 'PL', 'US'])[1 + floor(random() * 10)::int],
       CASE WHEN random() < 0.7 THEN '+4917' || floor(10000000 + random() * 89999999)::int END,
       (CASE WHEN random() < 0.8 THEN 'free' WHEN random() < 0.7 THEN 'basic' ELSE 'gold' END)::shop.tier,
       random() < 0.9, CASE WHEN random() < 0.5 THEN date '1940-01-01' + floor(random() * 24000)::int END,
       CASE WHEN random() < 0.4 THEN round((exp(random() * 9))::numeric, 2) END,
       timestamptz '2019-03-01' + i * interval '3 hours' + random() * interval '10 days',
       CASE WHEN random() < 0.1 THEN repeat('The secret note of a customer. ', 1 + floor(random() * 20)::int) END,
       gen_random_uuid()
FROM generate_series(1, 20000) i;
INSERT INTO shop.orders (customer_id, status, placed, total, coupon, quantity, payload, document, cold)
SELECT CASE WHEN random() < 0.1 THEN 77 WHEN random() < 0.05 THEN 4711 ELSE 1 + floor(20000 * random() * random())::int END,
       CASE WHEN i > 55000 THEN (ARRAY['new', 'paid'])[1 + floor(random() * 2)::int] WHEN random() < 0.97 THEN 'sent' ELSE 'lost' END,
       timestamptz '2021-01-01' + i * interval '40 minutes' + random() * interval '60 days',
       round((5 + 400 * random() * random())::numeric, 2),
       CASE WHEN random() < 0.15 THEN 'SECRETCODE' || floor(random() * 40)::int END,
       1 + floor(12 * random() ^ 3)::int,
       CASE WHEN random() < 0.9 THEN jsonb_build_object('note', 'for secret.person' || floor(random() * 500)::int || '@victim-mail.test') END,
       CASE WHEN random() < 0.2 THEN (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 100) j) END,
       CASE WHEN random() < 0.1 THEN repeat('secret clause ' || i || ' ', 120) END
FROM generate_series(1, 60000) i;
INSERT INTO shop.label
SELECT i, '', CASE WHEN i % 2 = 0 THEN '' ELSE 'x' END, 'C' || i % 100, (i * 7919 % 10000) / 10000.0, json_build_object('n', i % 20),
       CASE WHEN i % 20 = 0 THEN (SELECT string_agg(md5(i::text || g), '') FROM generate_series(1, 200) g) END,
       CASE WHEN i % 9 = 0 THEN NULL WHEN i % 3 = 0 THEN '{}' ELSE ARRAY[(ARRAY['red', 'green', 'blue'])[1 + i % 3]] END,
       ARRAY['secret ' || i, md5(i::text), 'x'], ARRAY[i, i % 7, 3], (ARRAY['open', 'done', 'void'])[1 + i % 3],
       CASE WHEN i % 10 > 0 THEN 'A' ELSE 'not yet decided' END
FROM (SELECT i FROM generate_series(1, 6000) i ORDER BY CASE WHEN i % 4 = 0 THEN i * 7919 % 6000 ELSE i END) r;
INSERT INTO shop.order_line
SELECT o, n, 'product-' || floor(900 * random() ^ 2)::int, CASE WHEN random() < 0.6 THEN random() * 50 END,
       CASE WHEN o % 5 > 0 THEN 1 + row_number() OVER () / 23 END
FROM (SELECT o, n FROM generate_series(1, 60000) o CROSS JOIN LATERAL generate_series(1, 1 + o % 3) n
      ORDER BY CASE WHEN o % 2 = 0 THEN o * 7919 % 60000 ELSE o END, o, n) l;
INSERT INTO shop.event
SELECT i, floor(20 * random() ^ 2)::int, timestamp '2024-01-01' + i * interval '1 second',
       CASE WHEN random() < 0.8 THEN ('10.1.' || floor(random() * 4)::int || '.' || floor(random() * 250)::int)::inet END, decode(md5(i::text), 'hex'),
       CASE WHEN i % 50 > 0 THEN '{}' ELSE jsonb_build_object('note', md5(i::text)) END,
       CASE WHEN i % 20 > 0 THEN '{}' ELSE json_build_object('note', md5(i::text)) END,
       to_tsvector('simple', 'of secret ' || md5(i::text) || ' and ' || md5((i / 3)::text))
FROM (SELECT i FROM generate_series(1, 100000) i ORDER BY i % 7) s;
INSERT INTO shop.site
SELECT 'City of secret ' || c, CASE WHEN c % 9 > 0 THEN 'secret region ' || c % 31 END,
       (ARRAY['DE', 'FR', 'IT', 'PL', 'ES'])[1 + c % 31 % 5],
       (ARRAY['open', 'done', 'void'])[s], CASE s WHEN 1 THEN 'by ordinary mail' WHEN 2 THEN (ARRAY['by ordinary mail', 'over the counter'])[1 + floor(random() * 2)::int] END,
       CASE WHEN s = 3 THEN floor(random() * 9)::int ELSE 0 END, date '2020-01-01' + i / 20
FROM (SELECT i, floor(900 * random() ^ 3)::int AS c, 1 + floor(2.2 * random() ^ 2 + 0.8 * random())::int AS s
      FROM generate_series(1, 40000) i) r;
INSERT INTO traffic.visit
SELECT i, CASE WHEN i <= 3000 THEN timestamptz '2024-02-01' WHEN i <= 18000 THEN timestamptz '2025-01-01' ELSE timestamptz '2026-01-01' END
          + i * interval '10 minutes', i % 5
FROM generate_series(1, 20000) i;
INSERT INTO traffic.source
SELECT i, (ARRAY['de', 'de', 'de', 'de', 'de', 'de', 'fr', 'fr', 'us', 'zz'])[1 + i / 1000] FROM generate_series(0, 9999) i;
INSERT INTO traffic.ticket SELECT generate_series(1, 6000);
INSERT INTO traffic.visit SELECT i, timestamptz '2023-01-01' + i * interval '8 hours', i % 5 FROM generate_series(1, 1000) i;
INSERT INTO traffic.ware
SELECT 'SKU-' || upper(md5(i::text)), 'ART-' || lpad((i * 7919 % 4000)::text, 4, '0'), 'pieces',
       CASE WHEN i % 2 = 0 THEN 9 * i ELSE round((i * 9.1234)::numeric, 4) END, round((300 * random() ^ 3 * (CASE WHEN i % 5 > 2 THEN 1 ELSE -1 END))::numeric, 2)
FROM generate_series(1, 8000) i;
INSERT INTO traffic.ware_bin
SELECT i / 40, i % 40, 'SKU-' || upper(md5((1 + floor(8000 * random() * random()))::int::text)) FROM generate_series(0, 19999) i;
INSERT INTO traffic.ware_note SELECT 1 + floor(400 * random() ^ 4)::int, i FROM generate_series(1, 20000) i;
ANALYZE;
