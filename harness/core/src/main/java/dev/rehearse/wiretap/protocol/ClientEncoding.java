package dev.rehearse.wiretap.protocol;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What the server calls the <a href="https://www.postgresql.org/docs/current/multibyte.html#MULTIBYTE-CHARSET-SUPPORTED">encoding</a> of what a
 * client says and hears. Stateless.
 */
public final class ClientEncoding {

    private ClientEncoding() {}

    /** UTF-8 for SQL_ASCII, which says nothing of the encoding, and for one that this Java does not know. */
    public static Charset charset(String clientEncoding) {
        String name = switch (clientEncoding) {
            case "KOI8R" -> "KOI8-R";
            case "KOI8U" -> "KOI8-U";
            case "LATIN7" -> "ISO-8859-13";
            case "LATIN10" -> "ISO-8859-16";
            case "UHC" -> "x-windows-949";
            case "WIN866" -> "IBM866";
            case "WIN874" -> "x-windows-874";
            default -> clientEncoding.replaceFirst("^WIN(?=125)", "windows-").replaceFirst("^ISO_8859_", "ISO-8859-");
        };
        boolean known = name.matches("[A-Za-z0-9_-]+") && !name.equals("SQL_ASCII") && Charset.isSupported(name);
        return known ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}
