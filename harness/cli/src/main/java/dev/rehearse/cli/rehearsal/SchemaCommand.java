package dev.rehearse.cli.rehearsal;

import dev.rehearse.HarnessException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.plan.build.RehearsalFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "schema",
        description = "Prints the JSON Schema of rehearsal.yaml, for editors that complete and check it.",
        footer = {
            "",
            "  rehearse schema > rehearsal.schema.json",
            "and as the first line of the plan:",
            "  # yaml-language-server: $$schema=rehearsal.schema.json"
        })
public final class SchemaCommand implements Callable<Integer> {

    private final Console console;

    public SchemaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (InputStream schema = RehearsalFile.class.getResourceAsStream(RehearsalFile.SCHEMA_RESOURCE)) {
            if (schema == null) {
                throw new HarnessException("The jar lacks " + RehearsalFile.SCHEMA_RESOURCE + ".");
            }
            console.print(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        }
        return ExitCode.OK;
    }
}
