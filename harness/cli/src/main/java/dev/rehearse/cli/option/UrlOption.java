package dev.rehearse.cli.option;

import picocli.CommandLine.Option;

/** Which database to go to; shared by the commands that start none. */
public final class UrlOption {

    public static final String FORMS =
            "jdbc:postgresql://host:port/database?user=name or postgresql://name@host:port/database."
                    + " User and password also come from PGUSER and PGPASSWORD.";

    @Option(names = "--url", required = true, paramLabel = "URL", description = "The database: " + FORMS)
    private String url = "";

    public String url() {
        return url;
    }
}
