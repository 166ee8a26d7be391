package dev.rehearse.plan;

import dev.rehearse.sql.SqlScripts;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the applications do while the migration runs.
 *
 * @param rate operations per second, both applications together, from the start of WARM_UP on
 * @param arrivals how they are spaced
 * @param sessions what the applications' connections are like
 * @param warmUp length of WARM_UP
 * @param baseline length of BASELINE
 * @param settle length of SETTLE
 * @param before the application that runs today; derived from the catalog where it has no operations
 * @param after the application that comes with the migration; null where the same one stays
 * @param blockers sessions that stand in the way of the migration
 */
public record Workload(
        RateCurve rate,
        Arrivals arrivals,
        Sessions sessions,
        Duration warmUp,
        Duration baseline,
        Duration settle,
        Application before,
        @Nullable Application after,
        List<Blocker> blockers) {

    /** Fewer operations than come in this time are no baseline. */
    public static final Duration SHORTEST_BASELINE = Duration.ofSeconds(1);

    public Workload {
        Span.checkDuration("warmUp", warmUp, Duration.ZERO);
        Span.checkDuration("baseline", baseline, SHORTEST_BASELINE);
        Span.checkDuration("settle", settle, Duration.ZERO);
        if (after != null) {
            toldApart(before, after);
        }
        blockers = List.copyOf(blockers);
    }

    /** Reports tell the two by their names; gives the second. */
    public static Application toldApart(Application before, Application after) {
        Span.that(
                !before.name().equals(after.name()),
                "Both applications are called \"" + after.name()
                        + "\", so that reports could not tell them apart. Give one a \"name\""
                        + " of its own, or leave \"after\" out where nothing changes.");
        return after;
    }

    /** Connections per application version. */
    public int clients() {
        return sessions.clients();
    }

    /** {@code statement_timeout} of the applications' sessions. */
    public Duration statementTimeout() {
        return sessions.statementTimeout();
    }

    /**
     * The connections of one application version: its pool.
     *
     * @param clients how many; an arrival that finds none free waits, first come, first served, and its wait counts
     * @param connectionTimeout after which an arrival gives up waiting for one and fails as {@code RH002}, as pools have it; null: it waits
     * @param statementTimeout {@code statement_timeout} of the sessions
     * @param idleInTransactionTimeout {@code idle_in_transaction_session_timeout} of the sessions; null: the server's own
     * @param protocol how statements travel; PREPARED leaves it to each operation whether they stay prepared
     * @param autosave the driver's own
     */
    public record Sessions(
            int clients,
            @Nullable Duration connectionTimeout,
            Duration statementTimeout,
            @Nullable Duration idleInTransactionTimeout,
            Protocol protocol,
            Autosave autosave) {

        /** 8 connections, for which operations wait; a statement may take 30 s. */
        public static final Sessions DEFAULT =
                new Sessions(8, null, Duration.ofSeconds(30), null, Protocol.PREPARED, Autosave.NEVER);

        public Sessions {
            Span.CLIENTS.check("clients", clients);
            Span.checkDuration("statementTimeout", statementTimeout, Duration.ofMillis(1));
            if (connectionTimeout != null) {
                Span.checkDuration("connectionTimeout", connectionTimeout, Duration.ofMillis(1));
            }
            if (idleInTransactionTimeout != null) {
                Span.checkDuration("idleInTransactionTimeout", idleInTransactionTimeout, Duration.ofMillis(1));
            }
        }

        public Sessions withClients(int value) {
            return new Sessions(
                    value, connectionTimeout, statementTimeout, idleInTransactionTimeout, protocol, autosave);
        }

        public Sessions withConnectionTimeout(@Nullable Duration value) {
            return new Sessions(clients, value, statementTimeout, idleInTransactionTimeout, protocol, autosave);
        }

        public Sessions withStatementTimeout(Duration value) {
            return new Sessions(clients, connectionTimeout, value, idleInTransactionTimeout, protocol, autosave);
        }

        public Sessions withIdleInTransactionTimeout(@Nullable Duration value) {
            return new Sessions(clients, connectionTimeout, statementTimeout, value, protocol, autosave);
        }

        public Sessions withProtocol(Protocol value) {
            return new Sessions(
                    clients, connectionTimeout, statementTimeout, idleInTransactionTimeout, value, autosave);
        }

        public Sessions withAutosave(Autosave value) {
            return new Sessions(
                    clients, connectionTimeout, statementTimeout, idleInTransactionTimeout, protocol, value);
        }
    }

    /**
     * Whether the driver sets a savepoint before each statement of a transaction, as pgjdbc's property of that name has it: never, always, or
     * where that heals a cached plan whose result has changed.
     */
    public enum Autosave {
        NEVER,
        ALWAYS,
        CONSERVATIVE
    }

    /**
     * How long the application itself takes between two statements of an operation, with its transaction open. That is part of neither
     * response nor service time: both are about the database.
     *
     * @param mean how long, on average
     * @param distribution how the times vary
     */
    public record ThinkTime(Duration mean, Distribution distribution) {

        public ThinkTime {
            Span.checkDuration("think", mean, Duration.ofMillis(1));
        }

        /** CONSTANT: always the mean. EXPONENTIAL: mostly shorter, at times much longer. */
        public enum Distribution {
            CONSTANT,
            EXPONENTIAL
        }
    }

    /** How arrivals are spaced: memoryless, as independent users are, or evenly. */
    public enum Arrivals {
        POISSON,
        CONSTANT
    }

    /**
     * One version of the application.
     *
     * @param name for reports: the file's name, or "derived"
     * @param operations what it does; empty: derived from the catalog
     */
    public record Application(String name, List<Operation> operations) {

        public Application {
            Set<String> names = new HashSet<>();
            for (Operation operation : operations) {
                Span.that(
                        names.add(operation.name()),
                        "The application \"" + name + "\" has two operations named \"" + operation.name() + "\".");
            }
            long inJava = operations.stream().filter(o -> o.java() != null).count();
            Span.that(
                    inJava == 0 || inJava == operations.size(),
                    "The application \"" + name
                            + "\" has operations in Java and in SQL. Its sessions are set up for one of"
                            + " them; say all of them in the same way.");
            operations = List.copyOf(operations);
        }

        /** What the application is called whose operations are derived from the catalog. */
        public static final String DERIVED = "derived";

        /** Operations derived from the catalog. */
        public static Application derived() {
            return new Application(DERIVED, List.of());
        }

        public boolean isDerived() {
            return operations.isEmpty();
        }

        /** Whether its operations are Java. */
        public boolean isJava() {
            return !operations.isEmpty() && operations.get(0).java() != null;
        }
    }

    /**
     * One thing the application does, as one unit of work.
     *
     * @param name for reports: "place_order"
     * @param weight share of arrivals, relative to the other operations' weights
     * @param transaction whether its statements run in one transaction
     * @param prepared whether its statements are prepared on the server at first use, as a driver's statement cache does; cached plans can then fail
     * @param parameters values drawn for {@code :name} in the statements, once per arrival
     * @param statements run in order; the operation fails with the first that fails
     * @param java what it does in place of statements, which says itself how its transactions go; null where there are statements
     * @param think what the application does between two statements; null: nothing
     */
    public record Operation(
            String name,
            int weight,
            boolean transaction,
            boolean prepared,
            Map<String, Parameter> parameters,
            List<Step> statements,
            @Nullable JavaOperation java,
            @Nullable ThinkTime think) {

        public Operation {
            Span.that(!name.isBlank(), "An operation needs a name.");
            Span.WEIGHT.check("the weight of " + name, weight);
            Span.that(
                    statements.isEmpty() == (java != null),
                    java == null
                            ? "The operation \"" + name + "\" has no statement."
                            : "The operation \"" + name + "\" is Java and has statements. Leave one out.");
            Span.that(
                    think == null || statements.size() > 1,
                    "The operation \"" + name
                            + "\" thinks between its statements, but does not have two. Leave \"think\" out.");
            if (java == null) {
                checkUse(name, parameters, statements);
            }
            parameters = Map.copyOf(parameters);
            statements = List.copyOf(statements);
        }

        /** In statements. */
        public Operation(
                String name,
                int weight,
                boolean transaction,
                boolean prepared,
                Map<String, Parameter> parameters,
                List<Step> statements) {
            this(name, weight, transaction, prepared, parameters, statements, null, null);
        }

        /** The same, with time to think between two statements. */
        public Operation thinking(ThinkTime time) {
            return new Operation(name, weight, transaction, prepared, parameters, statements, java, time);
        }

        /** In Java. */
        public static Operation inJava(String name, int weight, Map<String, Parameter> parameters, JavaOperation java) {
            return new Operation(name, weight, false, true, parameters, List.of(), java, null);
        }

        private static void checkUse(String name, Map<String, Parameter> parameters, List<Step> statements) {
            Set<String> used = new TreeSet<>();
            statements.forEach(step -> used.addAll(NamedParameters.in(step.sql())));
            for (String parameter : used) {
                Span.that(
                        parameters.containsKey(parameter),
                        "The operation \"" + name + "\" uses :" + parameter + ", which its parameters do not define."
                                + Suggestions.nearest(parameter, parameters.keySet()));
            }
            for (String parameter : new TreeSet<>(parameters.keySet())) {
                Span.that(
                        used.contains(parameter),
                        "The operation \"" + name + "\" defines the parameter \"" + parameter
                                + "\", which no statement uses as :" + parameter + "."
                                + Suggestions.nearest(parameter, used));
            }
        }
    }

    /**
     * @param sql one statement; {@code :name} stands for a parameter ({@code ::} stays a cast)
     * @param expectedRows rows it must return or affect; any number where empty. Another number makes the operation FAILED with SQLSTATE {@code RH001}.
     */
    public record Step(String sql, OptionalInt expectedRows) {

        public Step {
            Span.that(!sql.isBlank(), "A statement is empty.");
            int statements = SqlScripts.split("statement", sql).size();
            Span.that(
                    statements == 1,
                    "An entry of \"statements\" is one statement, but this one has "
                            + (statements == 0 ? "none." : statements + ". Give each its own entry."));
            expectedRows.ifPresent(rows -> Span.EXPECTED_ROWS.check("rows", rows));
        }

        public static Step of(String sql) {
            return new Step(sql, OptionalInt.empty());
        }

        public static Step of(String sql, int expectedRows) {
            return new Step(sql, OptionalInt.of(expectedRows));
        }
    }

    /**
     * Where a parameter's values come from.
     *
     * @param kind what kind of value
     * @param table for KEY: the table whose existing values are drawn
     * @param column for KEY: its column
     * @param distribution for KEY: how they are drawn
     * @param low for INTEGER: least value
     * @param high for INTEGER: greatest value; for TEXT: length in characters
     * @param choices for CHOICE: the values
     */
    public record Parameter(
            Kind kind,
            @Nullable String table,
            @Nullable String column,
            Distribution distribution,
            long low,
            long high,
            List<String> choices) {

        public Parameter {
            Span.that(
                    kind != Kind.KEY || table != null && column != null,
                    "A key parameter needs a table and a column, as in orders.id.");
            Span.that(
                    kind != Kind.INTEGER || low <= high,
                    "The least value of an integer parameter must not be above the greatest, but was " + low + " to "
                            + high + ".");
            if (kind == Kind.TEXT) {
                Span.TEXT_LENGTH.check("the length of a text parameter", high);
            }
            Span.that(kind != Kind.CHOICE || !choices.isEmpty(), "A choice needs at least one value.");
            choices = List.copyOf(choices);
        }

        /** Values that {@code table.column} holds. */
        public static Parameter key(String table, String column, Distribution distribution) {
            return new Parameter(Kind.KEY, table, column, distribution, 0, 0, List.of());
        }

        /** Any whole number from {@code low} to {@code high}, both included. */
        public static Parameter integer(long low, long high) {
            return new Parameter(Kind.INTEGER, null, null, Distribution.UNIFORM, low, high, List.of());
        }

        /** Text of {@code length} characters. */
        public static Parameter text(int length) {
            return new Parameter(Kind.TEXT, null, null, Distribution.UNIFORM, 0, length, List.of());
        }

        /** One of these values. */
        public static Parameter choice(List<String> choices) {
            return new Parameter(Kind.CHOICE, null, null, Distribution.UNIFORM, 0, 0, choices);
        }

        /** An integer above every existing key that never repeats in a run. */
        public static Parameter unique() {
            return plain(Kind.UNIQUE);
        }

        /** A random UUID. */
        public static Parameter uuid() {
            return plain(Kind.UUID);
        }

        /** The time of the arrival. */
        public static Parameter now() {
            return plain(Kind.NOW);
        }

        private static Parameter plain(Kind kind) {
            return new Parameter(kind, null, null, Distribution.UNIFORM, 0, 0, List.of());
        }

        /** KEY draws an existing value; UNIQUE never repeats in a run (an integer above every existing key); the others are made. */
        public enum Kind {
            KEY,
            UNIQUE,
            UUID,
            INTEGER,
            TEXT,
            NOW,
            CHOICE
        }

        /** UNIFORM: any; ZIPF: few keys get most of the draws; LATEST: the newest keys, those the load itself inserted included. */
        public enum Distribution {
            UNIFORM,
            ZIPF,
            LATEST
        }
    }
}
