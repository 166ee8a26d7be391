package dev.rehearse.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where migration tools keep their history: no application writes there, and a row that somebody made up, or a value that was replaced, would
 * stop the tool or let it run everything again. Stateless.
 */
public final class MigrationHistory {

    /** Each table, and its columns that a tool reads; not those for people, such as who ran a step and what a failed one said. */
    private static final Map<String, Set<String>> TABLES = """
            flyway_schema_history installed_rank version description type script checksum installed_on execution_time success
            databasechangelog id author filename dateexecuted orderexecuted exectype md5sum description comments tag liquibase contexts labels deployment_id
            databasechangeloglock id locked lockgranted
            _prisma_migrations id checksum finished_at migration_name rolled_back_at started_at applied_steps_count
            knex_migrations id name batch migration_time
            knex_migrations_lock index is_locked
            __drizzle_migrations id hash created_at name
            __diesel_schema_migrations version run_on
            __efmigrationshistory migrationid productversion migration_id product_version
            _sqlx_migrations version description installed_on success checksum execution_time
            alembic_version version_num
            django_migrations id app name applied
            pgmigrations id name run_on
            sequelizemeta name
            mikro_orm_migrations id name executed_at
            schema_migrations version dirty inserted_at filename
            ar_internal_metadata key value created_at updated_at
            goose_db_version id version_id is_applied tstamp
            gorp_migrations id applied_at
            atlas_schema_revisions version description type applied total executed_at execution_time hash partial_hashes operator_version
            """.lines().map(line -> line.split(" ")).collect(
            Collectors.toUnmodifiableMap(
                    words -> words[0], words -> Set.of(Arrays.copyOfRange(words, 1, words.length))));

    /** Whose name others may use, with all the columns that TypeORM's, Laravel's and db-migrate's have. */
    private static final String MIGRATIONS = "migrations";

    private static final List<Set<String>> OF_MIGRATIONS = List.of(
            Set.of("id", "timestamp", "name"), Set.of("id", "migration", "batch"), Set.of("id", "name", "run_on"));

    /** Of tools that keep several tables in one of their own. */
    private static final List<String> SCHEMAS = List.of("sqitch");

    private MigrationHistory() {}

    /** Names of all that are known, in lower case: of tables, without their schema, or of schemas that hold nothing else. */
    public static List<String> names() {
        return Stream.of(TABLES.keySet(), Set.of(MIGRATIONS), SCHEMAS)
                .flatMap(Collection::stream)
                .sorted()
                .toList();
    }

    /** @param table its name, without schema and quotes */
    public static boolean isOne(String table) {
        String name = table.toLowerCase(Locale.ROOT);
        return TABLES.containsKey(name) || name.equals(MIGRATIONS);
    }

    /**
     * Whether names cover a table, whatever their case.
     *
     * @param names of tables, with or without their schema, or of schemas; unquoted, as are the others
     */
    public static boolean isAmong(Collection<String> names, String schema, String table) {
        return names.stream()
                .anyMatch(name -> name.equalsIgnoreCase(schema)
                        || name.equalsIgnoreCase(table)
                        || name.equalsIgnoreCase(schema + "." + table));
    }

    /**
     * Whether a tool knows its steps by what stands in a column, so that it had better stay.
     *
     * @param table its name, without schema and quotes
     * @param columns all that the table has
     */
    public static boolean isRead(String table, String column, Collection<String> columns) {
        String name = table.toLowerCase(Locale.ROOT);
        return name.equals(MIGRATIONS)
                ? OF_MIGRATIONS.contains(columns.stream()
                        .map(each -> each.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()))
                : TABLES.getOrDefault(name, Set.of()).contains(column.toLowerCase(Locale.ROOT));
    }
}
