package dev.rehearse.data.anonymize.dump;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.catalog.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loads a dump into an empty database of a server that was started for it. One thread. */
final class DumpRestore {

    private static final String ROLE = "(?:\"(?:[^\"]++|\"\")++\"|'(?:[^']++|'')++'|[a-zA-Z_\\x80-\\xff][^ ,;]*+)";
    private static final Pattern ROLES = Pattern.compile(
            " (?:OWNER TO|FOR ROLE|SESSION AUTHORIZATION|TO|FROM) (" + ROLE + "(?:, " + ROLE + ")*+)(?= |;|$)");
    private static final Pattern EACH_ROLE = Pattern.compile(ROLE);

    private final SchemaTools tools;
    private final DumpFile dump;
    private final Endpoint database;
    private final String doing;
    private String encoding = "";

    DumpRestore(SchemaTools tools, DumpFile dump, Endpoint database) {
        this.tools = tools;
        this.dump = dump;
        this.database = database;
        this.doing = "restoring " + dump.path();
    }

    /** @throws AnonymizeException if the dump is not whole, or has not all that it needs */
    void run() {
        try {
            DumpScript script = dump.script();
            if (script == null) {
                DumpScript archived = postData();
                encoding = archived.encoding();
                makeRoles(archived);
                archive();
            } else {
                mustBeUnderstood(script);
                encoding = script.encoding();
                makeRoles(script);
                if (script.database() != null) {
                    makeDatabase(script.encoding(), script.database());
                }
                psql(
                        out -> {
                            try (InputStream in = dump.open()) {
                                DumpScript.copy(in, out);
                            }
                        },
                        "--single-transaction");
            }
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + dump.path() + ": " + e + ".", e);
        }
    }

    private void archive() {
        SchemaTools.Outcome outcome = tools.call(
                "pg_restore",
                List.of(
                        "--no-owner",
                        "--no-privileges",
                        "--exit-on-error",
                        "--single-transaction",
                        "--dbname=" + database.libpq().getOrDefault("PGDATABASE", ""),
                        dump.path().toString()),
                database.libpq(),
                doing,
                null);
        if (outcome.code() != 0) {
            mustBeReadable();
            throw failed("pg_restore", outcome.shown());
        }
    }

    /** Whether the archive can be read to its end at all, by a pg_restore that has no server which could complain. */
    private void mustBeReadable() {
        SchemaTools.Outcome outcome = tools.call(
                "pg_restore",
                List.of("--verbose", "--file=/dev/null", dump.path().toString()),
                Map.of(),
                doing,
                null);
        if (outcome.code() != 0) {
            List<String> said = outcome.said().strip().lines().toList();
            throw AnonymizeException.input("pg_restore cannot read the dump " + dump.path()
                    + " to its end: it was cut short or damaged, or packed by what this pg_restore lacks. It stopped where it says:\n"
                    + String.join("\n", said.subList(Math.max(0, said.size() - 2), said.size()))
                    + "\nNothing was made of it; copy or take it again.");
        }
    }

    /** A psql that is older than the dump stops at its first line. */
    private void mustBeUnderstood(DumpScript script) {
        tools.psqlVersion()
                .filter(version -> script.restricts() && !version.knowsRestrict())
                .ifPresent(version -> {
                    throw AnonymizeException.machine(
                            "The dump " + dump.path()
                                    + " says \\restrict, which the psql of this machine does not know: "
                                    + tools.folder() + " has " + version
                                    + ". Bring PostgreSQL's client programs up to date (14.19, 15.14, 16.10, 17.6, 18 or newer).",
                            null);
                });
    }

    private AnonymizeException failed(String program, String said) {
        return AnonymizeException.input("Failed " + doing + " with " + program + ": " + said
                + "\nNothing was made of it. A dump must hold a whole database, with all that its tables need; extensions must be"
                + " installed on this machine."
                + (encoding.equals(Troubles.NO_ENCODING) ? " " + Troubles.NAME_ENCODING : ""));
    }

    private void psql(SchemaTools.Feeder script, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"));
        arguments.addAll(List.of(options));
        SchemaTools.Outcome outcome = tools.call("psql", arguments, database.libpq(), doing, script);
        if (outcome.code() != 0) {
            throw failed("psql", outcome.shown().replace("psql:<stdin>:", "line "));
        }
    }

    /** Policies are the only things of an archive that name roles and are restored. */
    private DumpScript postData() throws IOException {
        Path script = Files.createTempFile("rehearse-anonymize-", ".sql");
        try {
            SchemaTools.Outcome outcome = tools.call(
                    "pg_restore",
                    List.of(
                            "--schema-only",
                            "--section=post-data",
                            "--file=" + script,
                            dump.path().toString()),
                    Map.of(),
                    doing,
                    null);
            if (outcome.code() != 0) {
                throw failed("pg_restore", outcome.shown());
            }
            try (InputStream in = Files.newInputStream(script)) {
                return DumpScript.read(in);
            }
        } finally {
            Files.deleteIfExists(script);
        }
    }

    /** The roles that policies, owners and grants name are the server's, so no dump brings them. Nobody can log in by them. */
    private void makeRoles(DumpScript script) {
        Set<String> roles = new TreeSet<>();
        for (String line : script.naming()) {
            Matcher to = ROLES.matcher(line);
            while (to.find()) {
                EACH_ROLE.matcher(to.group(1)).results().forEach(role -> roles.add(name(role.group())));
            }
        }
        roles.removeAll(Set.of("PUBLIC", "CURRENT_USER", "SESSION_USER", "DEFAULT"));
        if (roles.isEmpty()) {
            return;
        }
        StringBuilder make = new StringBuilder(encoded(script.encoding()));
        for (String role : roles) {
            // What owns an event trigger or a foreign data wrapper must be a superuser.
            make.append("DO $make$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ")
                    .append(Sql.literal(role))
                    .append(") THEN CREATE ROLE ")
                    .append(Sql.quote(role))
                    .append(" SUPERUSER NOLOGIN; END IF; END $make$;\n");
        }
        psql(out -> write(out, make.toString()));
    }

    private static String name(String role) {
        return switch (role.charAt(0)) {
            case '"' -> role.substring(1, role.length() - 1).replace("\"\"", "\"");
            case '\'' -> role.substring(1, role.length() - 1).replace("''", "'");
            default -> role;
        };
    }

    private static String encoded(String encoding) {
        return "SET client_encoding = '" + encoding + "';\n";
    }

    /** Each character is one byte of the dump. */
    private static void write(OutputStream out, String script) throws IOException {
        out.write(script.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Grants on the database name the one that the dump was taken from. It stays empty. */
    private void makeDatabase(String encoding, String written) {
        String name = Sql.literal(name(written));
        psql(out -> write(
                out,
                encoded(encoding) + "SELECT pg_catalog.format('CREATE DATABASE %I', " + name
                        + ") WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = " + name
                        + ") \\gexec\n"));
    }
}
