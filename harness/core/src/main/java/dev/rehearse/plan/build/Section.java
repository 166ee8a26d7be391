package dev.rehearse.plan.build;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The mappings of {@code rehearsal.yaml} and their keys. {@code rehearsal.schema.json} has one definition for each. */
enum Section {
    PLAN("plan", "name", "database", "schema", "roles", "data", "workload", "migration", "invariants", "budget"),
    DATABASE("database", "version", "standbys", "image", "settings"),
    ROLES("roles", "application", "migration"),
    DATA("data", "scale", "rows", "randomSeed", "edgeCases", "nulls", "dirt", "keeps", "age", "profile", "locales"),
    KEEPS("keeps", "table", "constraint"),
    DIRT("dirt", "table", "breaks", "rows"),
    AGE("age", "deadRows", "bloat", "staleStatistics"),
    WORKLOAD(
            "workload",
            "rate",
            "arrivals",
            "clients",
            "connectionTimeout",
            "statementTimeout",
            "idleInTransactionTimeout",
            "protocol",
            "autosave",
            "warmUp",
            "baseline",
            "settle",
            "before",
            "after",
            "blockers"),
    RATE("rate", "wave", "points", "over"),
    STEP("step", "rate", "for"),
    APPLICATION("application", "name", "operations"),
    OPERATION("operation", "name", "weight", "transaction", "prepared", "parameters", "statements", "think"),
    THINK("think", "mean", "distribution"),
    STATEMENT("statement", "sql", "rows"),
    PARAMETER("parameter", "key", "distribution", "integer", "text", "choice"),
    BLOCKER("blocker", "longReader", "idleInTransaction", "openWriter", "snapshot", "pgDump", "vacuum", "for"),
    MIGRATION(
            "migration",
            "up",
            "flyway",
            "tool",
            "command",
            "project",
            "from",
            "to",
            "environment",
            "down",
            "lockTimeout",
            "retries",
            "retryPause",
            "migrators",
            "deadline"),
    COMMAND("command", "baseline", "up", "down"),
    FLYWAY("flyway", "locations", "from", "to", "settings"),
    SCRIPT("script", "file", "transaction"),
    INVARIANT("invariant", "name", "sql", "expect"),
    BUDGET(
            "budget",
            "longestLockWait",
            "longestOutage",
            "responseP99",
            "slowdown",
            "errors",
            "replayLag",
            "duration",
            "rollback");

    /** What a plan migrates and with which load is no setting, and some keys have several values. */
    private static final Set<String> NOT_IN_ONE_LINE = Set.of(
            "settings",
            "rows",
            "nulls",
            "dirt",
            "keeps",
            "age",
            "profile",
            "before",
            "after",
            "blockers",
            "up",
            "down",
            "flyway",
            "tool",
            "command",
            "project",
            "from",
            "to",
            "environment");

    private final String label;
    private final List<String> keys;

    Section(String label, String... keys) {
        this.label = label;
        this.keys = List.of(keys);
    }

    /** The keys whose values are one number, duration or word, so that they can be said in one line: {@code budget.errors}. */
    static List<String> singleValues() {
        return Stream.of(DATABASE, ROLES, DATA, WORKLOAD, MIGRATION, BUDGET)
                .flatMap(section -> section.keys.stream()
                        .filter(key -> !NOT_IN_ONE_LINE.contains(key))
                        .map(key -> section.label + "." + key))
                .toList();
    }

    String label() {
        return label;
    }

    List<String> keys() {
        return keys;
    }
}
