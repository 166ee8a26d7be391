package dev.rehearse.tool;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The database that a tool is pointed at; during a rehearsal its host and port are those of a wiretap. No TLS.
 *
 * @param applicationName what the server is to call the tool's sessions
 */
public record ToolTarget(String host, int port, String database, String user, String password, String applicationName) {

    private static final Set<String> VARIABLES =
            new ToolTarget("", 0, "", "", "", "").environment().keySet();

    /** Whether every program that we start in a project has that variable. */
    public static boolean isVariable(String name) {
        return VARIABLES.contains(name);
    }

    /**
     * As libpq has it, with {@code sslmode=disable} and the name of the sessions. Its scheme is the one that all take: SQLAlchemy refuses
     * {@code postgres://}.
     */
    public String url() {
        return "postgresql://" + encoded(user) + ":" + encoded(password) + "@" + host + ":" + port + "/"
                + encoded(database) + "?sslmode=disable&application_name=" + encoded(applicationName);
    }

    /** As pgjdbc has it, without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + encoded(database)
                + "?sslmode=disable&gssEncMode=disable&ApplicationName=" + encoded(applicationName);
    }

    /** What most tools and all drivers that follow libpq go by. */
    Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("DATABASE_URL", url());
        variables.put("PGHOST", host);
        variables.put("PGPORT", String.valueOf(port));
        variables.put("PGUSER", user);
        variables.put("PGPASSWORD", password);
        variables.put("PGDATABASE", database);
        variables.put("PGSSLMODE", "disable");
        variables.put("PGAPPNAME", applicationName);
        return variables;
    }

    /** Replaces {@code {host}}, {@code {port}}, {@code {database}}, {@code {user}}, {@code {password}}, {@code {url}} and {@code {jdbcUrl}}. */
    public String fill(String template) {
        return template.replace("{host}", host)
                .replace("{port}", String.valueOf(port))
                .replace("{database}", database)
                .replace("{user}", user)
                .replace("{password}", password)
                .replace("{url}", url())
                .replace("{jdbcUrl}", jdbcUrl());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
