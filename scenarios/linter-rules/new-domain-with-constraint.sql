-- rule: CREATE DOMAIN with a constraint, for a new table
-- warned: squawk ban-create-domain-with-constraint, pgfence ban-create-domain-with-constraint
-- why: A domain that no table with rows uses yet has nothing to check. Rehearse warns where rows pay for it: alter-domain, add-column-domain.
-- bad
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE discounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, share percent);
