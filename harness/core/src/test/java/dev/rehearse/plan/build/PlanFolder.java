package dev.rehearse.plan.build;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Rehearsal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder with the files that the tests' plans name. */
record PlanFolder(Path path) {

    /** Every key of every section, in the form most plans have it. */
    static final String FULL = """
            name: widen the order total
            database:
              version: 17
              standbys: 1
              image: registry.example/postgres:17
              settings: { shared_buffers: 256MB, max_connections: 200, jit: off }
            schema: [schema.sql, { file: more.sql, transaction: false }]
            roles: { application: shop_app, migration: shop_owner }
            data:
              scale: 50_000
              rows: { orders: 2_000_000, customers: 0 }
              randomSeed: -7
              edgeCases: 2.5%
              nulls: { orders.note: 0, shop.orders.status: 50% }
              dirt:
                - { table: orders, breaks: check (total >= 0), rows: 25 }
                - { table: customers, breaks: unique (lower(email)) }
              keeps: { table: orders, constraint: unique (code) }
              age: { deadRows: 10%, bloat: 0.3, staleStatistics: 20% }
              profile: production.yaml
              locales: [de, pt-BR]
            workload:
              rate: 24_000/min
              arrivals: constant
              clients: 16
              connectionTimeout: 2s
              statementTimeout: 1min
              idleInTransactionTimeout: 5s
              protocol: extended
              autosave: conservative
              warmUp: 0s
              baseline: 1500ms
              settle: 2s
              before: app.yaml
              after:
                name: the new one
                operations:
                  - name: place_order
                    weight: 5
                    transaction: false
                    prepared: false
                    parameters:
                      customer: { key: shop.customers.id, distribution: zipf }
                      amount: { integer: [-1, 1_000] }
                      note: { text: 40 }
                      status: { choice: [new, paid, ''] }
                      token: uuid
                      at: now
                      id: unique
                    statements:
                      - insert into orders values (:id, :customer, :amount, :note, :status, :token, :at)
                      - sql: select count(*) from orders where placed_at = :at::timestamptz
                        rows: 1
                    think: { mean: 20ms, distribution: exponential }
              blockers:
                - { longReader: orders, for: 3s }
                - { idleInTransaction: orders }
                - { openWriter: orders, for: 1s }
                - { snapshot: customers, for: 2s }
                - { pgDump: , for: 10s }
                - { vacuum: orders, for: 10s }
            migration:
              up: V7__widen.sql
              down: [U7__widen.sql]
              lockTimeout: 500ms
              retries: 5
              retryPause: 250ms
              migrators: 2
              deadline: 1h
            invariants:
              - { name: money is conserved, sql: select sum(total) from orders }
              - { name: no debts, sql: select count(*) from debts, expect: 0 }
            budget:
              longestLockWait: 300ms
              longestOutage: off
              responseP99: 3x baseline
              slowdown: 4x baseline
              errors: 0.5%
              replayLag: 2s
              duration: 10min
              rollback: required
            """;

    static final String SMALLEST = """
            schema: schema.sql
            migration: V7__widen.sql
            """;

    PlanFolder {
        write(path, "schema.sql", "CREATE TABLE orders (id bigint);");
        write(path, "more.sql", "CREATE INDEX CONCURRENTLY ON orders (id);");
        write(path, "V7__widen.sql", "ALTER TABLE orders ADD total bigint;");
        write(path, "U7__widen.sql", "ALTER TABLE orders DROP total;");
        write(path, "concurrently.sql", "-- rehearse: no-transaction\nCREATE INDEX CONCURRENTLY ON orders (id);");
        write(path, "empty.sql", " \n");
        write(path, "production.yaml", "rehearseProfile: 1\nserver: \"17.5\"\ncomplete: true\n");
        write(path, "app.yaml", "operations: [ { name: read, statements: select 1 } ]");
        write(path, "broken-app.yaml", "operations:\n  - name: read\n    statement: select 1\n");
        try {
            Files.createDirectories(path.resolve("db/migration"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path folder, String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Rehearsal read(String plan) {
        return read(plan, Overrides.NONE);
    }

    Rehearsal read(String plan, Overrides overrides) {
        write(path, RehearsalFile.NAME, plan);
        return RehearsalFile.read(path, overrides);
    }

    /** The problems of a plan, one a line, without the folder in front. */
    List<String> problems(String plan) {
        InvalidRehearsalException refused = catchThrowableOfType(InvalidRehearsalException.class, () -> read(plan));
        if (refused == null) {
            throw new AssertionError("accepted:\n" + plan);
        }
        return String.valueOf(refused.getMessage())
                .lines()
                .skip(1)
                .map(line -> line.replace(path + "/", ""))
                .toList();
    }
}
