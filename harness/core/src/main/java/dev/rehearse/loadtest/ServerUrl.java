package dev.rehearse.loadtest;

import dev.rehearse.InvalidRehearsalException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect to, and as whom: user and password come from the URL, or from PGUSER and PGPASSWORD.
 *
 * @param jdbcUrl as the driver takes it
 * @param shown without what is secret
 */
record ServerUrl(String jdbcUrl, String shown) {

    private static final String JDBC = "jdbc:postgresql:";

    /** @throws InvalidRehearsalException where it is no URL of a PostgreSQL database */
    static ServerUrl of(String url) {
        String jdbcUrl = url.startsWith("postgres://") || url.startsWith("postgresql://") ? fromUri(url) : url;
        if (!jdbcUrl.startsWith(JDBC) || !isUnderstood(jdbcUrl)) {
            throw wrong(url);
        }
        int question = jdbcUrl.indexOf('?');
        return new ServerUrl(jdbcUrl, question < 0 ? jdbcUrl : jdbcUrl.substring(0, question));
    }

    private static boolean isUnderstood(String jdbcUrl) {
        try {
            return DriverManager.getDriver(jdbcUrl) != null;
        } catch (SQLException e) {
            return false;
        }
    }

    /** The driver wants user and password as parameters. */
    private static String fromUri(String url) {
        try {
            URI uri = new URI(url);
            @Nullable String userInfo = uri.getRawUserInfo();
            StringBuilder jdbc = new StringBuilder("jdbc:postgresql://");
            String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
            jdbc.append(authority.substring(authority.indexOf('@') + 1)).append(uri.getRawPath());
            String separator = "?";
            if (uri.getRawQuery() != null) {
                jdbc.append('?').append(uri.getRawQuery());
                separator = "&";
            }
            if (userInfo != null) {
                String[] both = userInfo.split(":", 2);
                jdbc.append(separator).append("user=").append(reencoded(both[0]));
                if (both.length > 1) {
                    jdbc.append("&password=").append(reencoded(both[1]));
                }
            }
            return jdbc.toString();
        } catch (URISyntaxException e) {
            throw wrong(url);
        }
    }

    private static String reencoded(String part) {
        String plain = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        return URLEncoder.encode(plain, StandardCharsets.UTF_8);
    }

    private static InvalidRehearsalException wrong(String url) {
        int question = url.indexOf('?');
        String shown = (question < 0 ? url : url.substring(0, question)).replaceAll("//[^/@]*@", "//");
        return new InvalidRehearsalException(
                "This is no URL of a PostgreSQL database: " + shown
                        + ". Expected jdbc:postgresql://host:port/database?user=name, or postgresql://name@host:port/database.");
    }

    /** The driver's properties for one session. */
    Properties properties(String applicationName) {
        Properties properties = new Properties();
        Map<String, String> environment = System.getenv();
        if (environment.containsKey("PGUSER")) {
            properties.setProperty("user", environment.get("PGUSER"));
        }
        if (environment.containsKey("PGPASSWORD")) {
            properties.setProperty("password", environment.get("PGPASSWORD"));
        }
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("assumeMinServerVersion", "10");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "20");
        properties.setProperty("cancelSignalTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        return properties;
    }
}
