package dev.rehearse.assess.statement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way that is named exists on the server, and is not the one that was taken. */
class SaferWayTest {

    /** What the server did: R rewrote, S scanned, B built an index; P of a partitioned table, T in a transaction, Q queued for longer than it held, W locked rows alone. */
    private static StatementFact statement(String sql, String did) {
        return new StatementFact(
                0,
                Phase.MIGRATE,
                0,
                1,
                null,
                4711,
                null,
                sql,
                0,
                1_000,
                Outcome.SUCCEEDED,
                null,
                null,
                did.contains("T"),
                1,
                0,
                did.contains("W")
                        ? List.of()
                        : List.of(new RelationLock(
                                "orders",
                                did.contains("P") ? "partitioned table" : "table",
                                LockMode.ACCESS_EXCLUSIVE,
                                did.contains("Q") ? 2_000_000 : 0,
                                1_000,
                                true,
                                null)),
                did.contains("R") ? List.of("orders") : List.of(),
                did.contains("S") ? List.of("orders") : List.of(),
                did.contains("B") ? List.of("i on orders") : List.of(),
                List.of(),
                0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE orders ADD c uuid DEFAULT gen_random_uuid()          | R  | COL-04 | backfill in batches.",
                "ALTER TABLE orders ADD c uuid NOT NULL DEFAULT gen_random_uuid() | R  | COL-04 | SET NOT NULL.",
                "ALTER TABLE orders ADD COLUMN c bigserial                        | R  | COL-05 | CREATE SEQUENCE",
                "ALTER TABLE orders ADD c serial8                                 | R  | COL-05 | CREATE SEQUENCE",
                "ALTER TABLE orders ADD serial uuid DEFAULT gen_random_uuid()     | R  | COL-04 | backfill in batches.",
                "ALTER TABLE orders ADD c int GENERATED ALWAYS AS IDENTITY        | R  | COL-05 | CREATE SEQUENCE",
                "ALTER TABLE orders ADD c int GENERATED ALWAYS AS (a + 1) STORED  | R  | COL-06 | VIRTUAL",
                "ALTER TABLE orders ADD COLUMN c positive                         | R  | COL-08 | domain",
                "ALTER TABLE orders ALTER total TYPE bigint, ADD COLUMN c int     | R  | TYP-03 | second column",
                "ALTER TABLE orders ALTER COLUMN c SET EXPRESSION AS (a + 2)      | R  | COL-24 | second column",
                "VACUUM FULL orders                                               | R  | TAB-05 | pg_repack",
                "ALTER TABLE orders ALTER note TYPE text COLLATE \"C\"            | B  | TYP-07 | DROP INDEX CONCURRENTLY before",
                "ALTER TABLE orders ADD EXCLUDE USING gist (during WITH &&)       | B  | CON-10 | takes no index",
                "ALTER TABLE orders ADD COLUMN type text UNIQUE                   | B  | CON-10 | takes a moment.",
                "ALTER TABLE orders ADD UNIQUE (code)                             | B  | CON-10 | takes a moment.",
                "ALTER TABLE orders ADD PRIMARY KEY (code)                        | BS | CON-10 | NOT NULL before",
                "ALTER TABLE orders ADD UNIQUE (code)                             | BP | PAR-06 | on each partition",
                "CREATE UNIQUE INDEX i ON orders (code)                           | B  | IDX-01 | CREATE INDEX CONCURRENTLY",
                "CREATE INDEX i ON orders (code)                                  | BP | IDX-09 | ON ONLY",
                "DO $$ BEGIN EXECUTE 'CREATE INDEX i ON orders (code)'; END $$    | B  | IDX-01 | CREATE INDEX CONCURRENTLY",
                "CREATE INDEX concurrently_made ON orders (code)                  | B  | IDX-01 | CREATE INDEX CONCURRENTLY",
                "CREATE INDEX CONCURRENTLY i ON orders (code)                     | B  | IDX-03 | without a short lock_timeout",
                "REFRESH MATERIALIZED VIEW orders                                 | RB | TAB-11 | CONCURRENTLY",
                "REFRESH MATERIALIZED VIEW CONCURRENTLY orders                    |    | TX-02  | lock_timeout",
                "DROP INDEX i                                                     |    | IDX-05 | DROP INDEX CONCURRENTLY",
                "DROP INDEX i                                                     | P  | IDX-05 | lock_timeout",
                "ALTER TABLE orders ALTER c SET NOT NULL                          | S  | COL-19 | VALIDATE CONSTRAINT",
                "ALTER TABLE orders ALTER c SET NOT NULL                          |    | TX-02  | lock_timeout",
                "ALTER TABLE orders ALTER c SET NOT NULL, DROP CONSTRAINT c_check | S  | COL-21 | Two statements",
                "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES customers      | S  | CON-05 | ADD CONSTRAINT ... NOT VALID, commit",
                "ALTER TABLE lines ADD FOREIGN KEY (a) REFERENCES orders (id)     | SP | CON-05 | ADD CONSTRAINT ... NOT VALID, commit",
                "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES customers      | SP | CON-05 | on each partition",
                "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES orders         | SP | CON-05 | on each partition",
                "ALTER TABLE lines ADD FOREIGN KEY (a) REFERENCES \"orders\" (id) | SP | CON-05 | ADD CONSTRAINT ... NOT VALID, commit",
                "ALTER TABLE orders ADD CONSTRAINT k PRIMARY KEY USING INDEX i    | S  | CON-11 | then SET NOT NULL",
                "ALTER INDEX orders_i ATTACH PARTITION orders_1_i                 |    | TX-02  | lock_timeout",
                "ALTER TABLE orders DETACH PARTITION old CONCURRENTLY             | P  | PAR-03 | FINALIZE",
                "CREATE TABLE lines (a int REFERENCES orders)                     |    | TX-02  | lock_timeout",
                "ALTER TABLE orders ADD CHECK (a > 0)                             | S  | CON-01 | ADD CONSTRAINT ... NOT VALID, commit",
                "ALTER DOMAIN positive ADD CHECK (value > 0)                      | S  | DOM-01 | locks the tables against writers, too",
                "ALTER TABLE orders ATTACH PARTITION new FOR VALUES IN (1)        | SB | PAR-02 | validated CHECK",
                "CREATE TABLE new PARTITION OF orders FOR VALUES IN (1)           | S  | PAR-01 | ATTACH PARTITION",
                "ALTER TABLE orders DETACH PARTITION old                          | P  | PAR-03 | CONCURRENTLY",
                "UPDATE orders SET c = 1                                          | W  | DML-01 | Batches",
                "DO $$ BEGIN UPDATE orders SET c = 1; END $$                      | W  | DML-01 | Batches",
                "ALTER TABLE orders ADD COLUMN c int                              | T  | TX-02  | Commit right after",
                "ALTER TABLE orders ADD COLUMN c int                              | TQ | TX-02  | whoever is in front",
                "DO $$ BEGIN ALTER TABLE orders ADD c int; END $$                 | T  | TX-02  | Commit right after",
            })
    void is_told_by_what_the_server_did_and_its_words(String sql, String did, String catalogue, String says) {
        SaferWay way = SaferWay.of(statement(sql, did == null ? "" : did));

        assertThat(way.catalogue()).isEqualTo(catalogue);
        assertThat(way.text()).contains(says);
    }
}
