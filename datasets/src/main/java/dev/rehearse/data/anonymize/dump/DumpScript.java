package dev.rehearse.data.anonymize.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a script of pg_dump says beside its rows. Its texts are the bytes of the script, each in one character, whatever the encoding.
 *
 * @param encoding of the script, as the server calls it
 * @param naming lines that name roles
 * @param database that it makes itself, as it is written there; null without --create
 * @param restricts whether it has psql take no further commands, as those of newer releases do
 * @param end where a script ends that was cut short; null for a whole one
 */
record DumpScript(
        String encoding,
        Set<String> naming,
        @Nullable String database,
        boolean restricts,
        boolean hasTables,
        boolean hasRows,
        @Nullable String end) {

    private static final String LAST_LINE = "-- PostgreSQL database dump complete";
    /** Of a longer line no more is looked at: a row may have a gigabyte. */
    private static final int MOST_LOOKED_AT = 1 << 16;

    private static final Pattern ENCODING = Pattern.compile("SET client_encoding = '(\\w+)';");
    private static final String RESTRICT = "\\restrict ";
    private static final String DATA = "-- Data for Name: ";
    private static final Pattern ROWS = Pattern.compile("COPY (.+?) (?:\\(.*\\) )?FROM stdin;");
    private static final Pattern DATABASE = Pattern.compile("CREATE DATABASE (\"(?:[^\"]++|\"\")++\"|\\S+) ");
    private static final Pattern TABLE = Pattern.compile("CREATE (?:UNLOGGED )?TABLE ");
    private static final Pattern NAMES_ROLES = Pattern.compile(
            "CREATE POLICY |ALTER [^;]* OWNER TO |GRANT |REVOKE |ALTER DEFAULT PRIVILEGES |SET SESSION AUTHORIZATION ");

    /** What stands above everything that is made. */
    private static final Pattern ENTRY =
            Pattern.compile("-- (?:Data for )?Name: (?<name>.*); Type: (?<type>[A-Z ]+); Schema: .*");

    private static final List<String> SETTINGS = List.of(
            "--",
            "SET ",
            "SELECT pg_catalog.set_config(",
            RESTRICT,
            "\\unrestrict ",
            "DROP SCHEMA public;",
            "DROP SCHEMA IF EXISTS public;");

    static DumpScript read(InputStream in) throws IOException {
        Lines lines = new Lines(in);
        String encoding = "UTF8";
        Set<String> naming = new LinkedHashSet<>();
        String database = null;
        boolean isHead = true;
        boolean restricts = false;
        boolean hasTables = false;
        boolean hasRows = false;
        boolean isWhole = false;
        boolean mayCopy = false;
        String copied = null;
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (copied != null) {
                copied = line.equals("\\.") ? null : copied;
                continue;
            }
            if (line.equals(LAST_LINE)) {
                isWhole = true;
            } else if (!line.isBlank() && !line.equals("--") && !line.startsWith("\\unrestrict ")) {
                isWhole = false;
            }
            // Only here does COPY say that rows follow; in a body, a comment or a value it may stand as well.
            if (line.startsWith(DATA)) {
                mayCopy = true;
                hasRows |= line.contains("; Type: TABLE DATA; ");
            } else if (line.startsWith("-- Name: ") || line.startsWith("INSERT INTO ")) {
                mayCopy = false;
            }
            Matcher found;
            if (mayCopy && (found = ROWS.matcher(line)).matches()) {
                copied = found.group(1);
            } else if ((found = ENCODING.matcher(line)).matches()) {
                encoding = found.group(1);
            } else if ((found = DATABASE.matcher(line)).lookingAt()) {
                database = found.group(1);
            } else if (NAMES_ROLES.matcher(line).lookingAt()) {
                naming.add(line);
            }
            isHead &= !ENTRY.matcher(line).matches();
            restricts |= isHead && line.startsWith(RESTRICT);
            hasTables |= TABLE.matcher(line).lookingAt();
        }
        String end = "in line " + lines.count()
                + (copied == null
                        ? ""
                        : ", among the rows of "
                                + new String(copied.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        return new DumpScript(encoding, naming, database, restricts, hasTables, hasRows, isWhole ? null : end);
    }

    /**
     * Copies a script, but for what makes its database and what takes away what is there already: its own database is given, and
     * empty. Every line keeps its number.
     */
    static void copy(InputStream in, OutputStream out) throws IOException {
        Lines lines = new Lines(in);
        for (String line = lines.next(); line != null; line = lines.next()) {
            Matcher entry = ENTRY.matcher(line);
            boolean begins = entry.matches() && !isOfDatabase(entry.group("name"), entry.group("type"));
            if (begins || SETTINGS.stream().anyMatch(line::startsWith)) {
                out.write(line.getBytes(StandardCharsets.ISO_8859_1));
            }
            out.write('\n');
            if (begins) {
                lines.rest(out);
                return;
            }
        }
    }

    private static boolean isOfDatabase(String name, String type) {
        return switch (type) {
            case "DATABASE", "DATABASE PROPERTIES" -> true;
            case "COMMENT", "ACL", "SECURITY LABEL" -> name.startsWith("DATABASE ");
            default -> false;
        };
    }

    /** Lines of which the longest do not fill the memory. */
    private static final class Lines {

        private final InputStream in;
        private final byte[] buffer = new byte[1 << 16];
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private int at;
        private int filled;
        private long count;

        Lines(InputStream in) {
            this.in = in;
        }

        @Nullable
        String next() throws IOException {
            if (!isFilled()) {
                return null;
            }
            count++;
            line.reset();
            boolean ends = false;
            while (!ends && isFilled()) {
                int from = at;
                while (at < filled && buffer[at] != '\n') {
                    at++;
                }
                line.write(buffer, from, Math.min(at - from, MOST_LOOKED_AT - line.size()));
                ends = at < filled;
                at += ends ? 1 : 0;
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }

        private boolean isFilled() throws IOException {
            if (at == filled) {
                at = 0;
                filled = Math.max(0, in.read(buffer));
            }
            return at < filled;
        }

        /** Copies what follows the last line. */
        void rest(OutputStream out) throws IOException {
            out.write(buffer, at, filled - at);
            in.transferTo(out);
        }

        long count() {
            return count;
        }
    }
}
