package dev.rehearse.database;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database that somebody else runs, as its URL names it: {@code jdbc:postgresql:} as the driver has it, or {@code postgresql://} as
 * libpq has it. User and password come from the URL, or from PGUSER and PGPASSWORD. Immutable.
 */
public final class DatabaseUrl {

    private static final String JDBC = "jdbc:postgresql:";
    private static final List<String> LIBPQ = List.of("postgresql://", "postgres://");

    /** What libpq reads in a URL's query in place of the URL itself; the driver would pass over it and go elsewhere. */
    private static final Set<String> ELSEWHERE = Set.of("host", "hostaddr", "port", "dbname", "service");

    private static final Pattern HOSTS =
            Pattern.compile("//HOST(,HOST)*(/[^@]*)?".replace("HOST", "(\\[[^]@]+]|[^]:/@,]*)(:\\d*)?"));

    /** As libpq writes a folder of sockets for a host. */
    private static final Pattern SOCKET = Pattern.compile("^jdbc:postgresql://(%2f|%40)", Pattern.CASE_INSENSITIVE);

    private static final Pattern PORT = Pattern.compile(":(\\d+)(?=,|$)");

    private final String jdbcUrl;
    private final String shown;

    private DatabaseUrl(String jdbcUrl, String shown) {
        this.jdbcUrl = jdbcUrl;
        this.shown = shown;
    }

    /** Whether a text begins as a URL of PostgreSQL does. */
    public static boolean isMeant(String text) {
        return text.startsWith(JDBC) || isLibpqs(text);
    }

    private static boolean isLibpqs(String text) {
        return LIBPQ.stream().anyMatch(text::startsWith);
    }

    /** @throws InvalidRehearsalException where it is no URL of a PostgreSQL database; the message has no password */
    public static DatabaseUrl of(String url) {
        String jdbcUrl = isLibpqs(url) ? ofLibpq(url) : url;
        if (SOCKET.matcher(jdbcUrl).find()) {
            throw socket(url);
        }
        if (!jdbcUrl.startsWith(JDBC) || !isUnderstood(jdbcUrl)) {
            throw wrong(url);
        }
        return new DatabaseUrl(jdbcUrl, withoutSecrets(url));
    }

    /** What stands before an @ the driver would take for a host and a port, and log. */
    private static boolean isUnderstood(String jdbcUrl) {
        String place = beforeQuery(jdbcUrl).substring(JDBC.length());
        try {
            return (place.startsWith("//") ? isUnderstoodPlace(place) : !place.contains("@"))
                    && DriverManager.getDriver(jdbcUrl) != null;
        } catch (SQLException e) {
            return false;
        }
    }

    /** With ports that there are: the driver would log a warning of its own about others. */
    private static boolean isUnderstoodPlace(String place) {
        String hosts = place.split("/", 4)[2];
        return HOSTS.matcher(place).matches()
                && PORT.matcher(hosts).results().map(port -> port.group(1)).allMatch(DatabaseUrl::isPort);
    }

    private static boolean isPort(String digits) {
        return digits.length() <= 5 && Integer.parseInt(digits) >= 1 && Integer.parseInt(digits) <= 65_535;
    }

    /** The driver wants user and password as parameters. */
    private static String ofLibpq(String url) {
        parameters(url).stream().filter(ELSEWHERE::contains).findFirst().ifPresent(elsewhere -> {
            throw new InvalidRehearsalException("The parameter " + elsewhere
                    + " of the database's URL leads elsewhere, which is not understood. Name host, port and database"
                    + " before the question mark; local sockets cannot be used.");
        });
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw wrong(url);
        }
        String authority = uri.getRawAuthority();
        if (authority == null && LIBPQ.stream().anyMatch(start -> url.startsWith(start + "/"))) {
            throw socket(url);
        }
        if (authority == null || uri.getRawFragment() != null) {
            throw wrong(url);
        }
        int at = authority.lastIndexOf('@');
        StringBuilder jdbc = new StringBuilder(JDBC)
                .append("//")
                .append(authority.substring(at + 1))
                .append(uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                .append('?')
                .append(uri.getRawQuery() == null ? "" : uri.getRawQuery());
        if (at >= 0) {
            String[] userInfo = authority.substring(0, at).split(":", 2);
            if (!userInfo[0].isEmpty()) {
                jdbc.append("&user=").append(reencoded(userInfo[0]));
            }
            if (userInfo.length > 1) {
                jdbc.append("&password=").append(reencoded(userInfo[1]));
            }
        }
        return jdbc.toString();
    }

    private static String reencoded(String part) {
        String plain = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        return URLEncoder.encode(plain, StandardCharsets.UTF_8);
    }

    public static InvalidRehearsalException wrong(String url) {
        return new InvalidRehearsalException("This is no URL of a PostgreSQL database: " + withoutSecrets(url)
                + ". Expected jdbc:postgresql://host:port/database?user=name or postgresql://name@host:port/database,"
                + " the password in PGPASSWORD.");
    }

    private static InvalidRehearsalException socket(String url) {
        return new InvalidRehearsalException("The database's URL, " + withoutSecrets(url)
                + ", means a local socket, which cannot be used. Name a host that is reached over TCP, such as"
                + " 127.0.0.1.");
    }

    /** Also where the password has signs that ought to be encoded. */
    private static String withoutSecrets(String url) {
        String head = beforeQuery(url);
        boolean continues = url.indexOf('@', head.length()) >= 0;
        if (continues && (head.contains("@") || !head.startsWith(JDBC))) {
            return head.replaceFirst("//.*", "//...");
        }
        return head.replaceFirst("//.*@", "//");
    }

    private static String beforeQuery(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    private static List<String> parameters(String url) {
        String head = beforeQuery(url);
        return Arrays.stream(url.substring(head.length()).split("[?&]"))
                .map(parameter -> parameter.split("=", 2)[0])
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** The names of what stands behind the question mark, user and password among it. */
    public List<String> parameters() {
        return parameters(jdbcUrl);
    }

    /** What the driver reads in the URL: PGHOST, PGPORT, PGDBNAME, user, password and its parameters. */
    public Properties read() {
        Properties read = new Properties();
        try {
            for (DriverPropertyInfo property :
                    DriverManager.getDriver(jdbcUrl).getPropertyInfo(jdbcUrl, new Properties())) {
                if (property.value != null) {
                    read.setProperty(property.name, property.value);
                }
            }
            return read;
        } catch (SQLException e) {
            throw wrong(jdbcUrl);
        }
    }

    public static String defaultUser() {
        return firstOf(System.getenv("PGUSER"), System.getProperty("user.name"));
    }

    public static String defaultPassword() {
        return firstOf(System.getenv("PGPASSWORD"));
    }

    private static String firstOf(@Nullable String... candidates) {
        return Arrays.stream(candidates)
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .orElse("");
    }

    /**
     * Opens a session, within 20 s.
     *
     * @param applicationName what the server calls it in {@code pg_stat_activity}, unless the URL says otherwise
     */
    public Connection connect(String applicationName) throws SQLException {
        return connect(applicationName, Map.of());
    }

    /**
     * The same, with properties of the driver's, which the URL may override.
     *
     * @param further by the driver's names
     */
    public Connection connect(String applicationName, Map<String, String> further) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(further);
        properties.setProperty("user", defaultUser());
        if (!defaultPassword().isEmpty()) {
            // Otherwise the driver looks into ~/.pgpass.
            properties.setProperty("password", defaultPassword());
        }
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("assumeMinServerVersion", "10");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "20");
        properties.setProperty("cancelSignalTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    /**
     * The environment by which programs of PostgreSQL's own reach it: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, and PGSSLMODE
     * where the URL has one.
     */
    public Map<String, String> libpq() {
        Properties read = read();
        Map<String, String> libpq = new HashMap<>();
        libpq.put("PGHOST", read.getProperty("PGHOST", "localhost"));
        libpq.put("PGPORT", read.getProperty("PGPORT", "5432"));
        libpq.put("PGUSER", read.getProperty("user", defaultUser()));
        libpq.put("PGDATABASE", read.getProperty("PGDBNAME", libpq.get("PGUSER")));
        String password = read.getProperty("password", defaultPassword());
        if (!password.isEmpty()) {
            libpq.put("PGPASSWORD", password);
        }
        if (read.getProperty("sslmode") != null) {
            libpq.put("PGSSLMODE", read.getProperty("sslmode"));
        }
        return libpq;
    }

    /** For where {@link #connect} failed: what happened, and where user and password come from. */
    public EnvironmentException cannotConnect(SQLException failure) {
        return cannotConnect(shown, failure);
    }

    /** The same for who connects otherwise. */
    public static EnvironmentException cannotConnect(String database, SQLException failure) {
        return new EnvironmentException(
                "Cannot connect to " + database + ": "
                        + said(failure)
                        + " (" + failure.getSQLState()
                        + "). User and password come from the URL, or from PGUSER and PGPASSWORD; the password also from ~/.pgpass or"
                        + " PGPASSFILE.",
                failure);
    }

    /** What the driver says of a connection that was not made, and what it keeps to itself. */
    public static String said(SQLException failure) {
        return String.valueOf(failure.getMessage()).replaceAll("\\.+$", "") + reason(failure.getCause());
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return ": the host is not known";
        } else if (cause instanceof SocketTimeoutException) {
            return ": there was no answer in time";
        } else if (cause instanceof SocketException && !(cause instanceof ConnectException)) {
            return ": " + cause.getMessage();
        }
        return cause instanceof EOFException ? ": the server closed the connection" : "";
    }

    /** As it was given, but for user, password and parameters. */
    @Override
    public String toString() {
        return shown;
    }
}
