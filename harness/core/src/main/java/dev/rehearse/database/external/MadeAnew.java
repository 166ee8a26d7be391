package dev.rehearse.database.external;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements that make a database anew, empty: with its owner, encoding, locale, tablespace, limit of connections, privileges and settings, which
 * DROP DATABASE takes with it. Stateless.
 */
final class MadeAnew {

    /** <a href="https://www.postgresql.org/docs/current/catalog-pg-database.html">pg_database</a> has other columns for the locale in each of 14, 15 and 17. */
    private static final String CREATE = """
            SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
                          d.datname, pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
                   || CASE j ->> 'datlocprovider'
                          WHEN 'c' THEN ' LOCALE_PROVIDER libc'
                          WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
                          WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', j ->> 'datlocale')
                          ELSE '' END
                   || coalesce(' ICU_RULES ' || quote_literal(j ->> 'daticurules'), '')
                   || coalesce(' TABLESPACE ' || quote_ident(nullif(t.spcname, 'pg_default')), '')
                   || coalesce(' CONNECTION LIMIT ' || nullif(d.datconnlimit, -1), '')
            FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace, to_jsonb(d) j
            WHERE d.datname = current_database()""";

    /** Nothing where nobody ever granted or revoked any. */
    private static final String PRIVILEGES = """
            SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC, %I', datname, pg_get_userbyid(datdba))
            FROM pg_catalog.pg_database WHERE datname = current_database() AND datacl IS NOT NULL
            UNION ALL
            (SELECT format('GRANT %s ON DATABASE %I TO %s', string_agg(privilege_type, ', ' ORDER BY privilege_type), datname,
                           CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
                    || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
             FROM pg_catalog.pg_database, aclexplode(datacl)
             WHERE datname = current_database() GROUP BY datname, grantee, is_grantable ORDER BY grantee, is_grantable)""";

    /** Lists of names are kept as they are written. */
    private static final String SETTINGS = """
            SELECT CASE s.setrole WHEN 0 THEN 'ALTER DATABASE ' || quote_ident(current_database())
                                  ELSE format('ALTER ROLE %I IN DATABASE %I', pg_get_userbyid(s.setrole), current_database()) END
                   || format(' SET %s = %s', name, CASE WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                                                      'session_preload_libraries') AND value <> ''
                                                        THEN value ELSE quote_literal(value) END)
            FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) WITH ORDINALITY c (setting, place),
                 split_part(setting, '=', 1) name, substr(setting, strpos(setting, '=') + 1) value
            WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            ORDER BY s.setrole, c.place""";

    private MadeAnew() {}

    /** @param connection to the database, as somebody who may see its settings */
    static List<String> statements(Connection connection, String database) throws SQLException {
        List<String> statements = new ArrayList<>();
        statements.add("DROP DATABASE " + Mark.identifier(database));
        try (Statement statement = connection.createStatement()) {
            for (String query : List.of(CREATE, PRIVILEGES, SETTINGS)) {
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        statements.add(rows.getString(1));
                    }
                }
            }
        }
        statements.add(Mark.DISPOSABLE.statement(database));
        return statements;
    }
}
