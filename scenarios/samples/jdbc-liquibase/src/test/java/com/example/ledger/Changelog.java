package com.example.ledger;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;

/** Has Liquibase write down what it would run: the schema as it is today, the change that is pending, and the way back. */
final class Changelog {

    private static final LabelExpression ALL = new LabelExpression();

    private final String changelog;
    private final Path folder;

    private Changelog(String changelog, Path folder) {
        this.changelog = changelog;
        this.folder = folder;
    }

    /** The last change set is pending, those before it are applied today. */
    static void write(String changelog, Path folder) throws IOException, LiquibaseException {
        Files.createDirectories(folder);
        Changelog writer = new Changelog(changelog, folder);
        Files.deleteIfExists(writer.applied());
        writer.write("base.sql", (liquibase, out) -> {
            int all = liquibase.getDatabaseChangeLog().getChangeSets().size();
            liquibase.update(all - 1, new Contexts(), ALL, out);
        });
        writer.write("up.sql", (liquibase, out) -> liquibase.update(1, new Contexts(), ALL, out));
        writer.write("down.sql", (liquibase, out) -> liquibase.rollback(1, null, new Contexts(), ALL, out));
    }

    private interface Step {
        void write(Liquibase liquibase, Writer out) throws LiquibaseException;
    }

    private Path applied() {
        return folder.resolve("applied.csv");
    }

    private void write(String name, Step step) throws IOException, LiquibaseException {
        ClassLoaderResourceAccessor resources = new ClassLoaderResourceAccessor();
        String url = "offline:postgresql?outputLiquibaseSql=none&changeLogFile=" + applied();
        Database offline = DatabaseFactory.getInstance().openDatabase(url, null, null, null, resources);
        StringWriter sql = new StringWriter();
        try (Liquibase liquibase = new Liquibase(changelog, resources, offline)) {
            step.write(liquibase, sql);
        }
        // Liquibase's own comments say when it ran, and would make every day's schema another one.
        String statements =
                sql.toString().lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve(name), statements + "\n");
    }
}
