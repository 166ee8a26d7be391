package dev.rehearse.cli.data;

import picocli.CommandLine.Command;

/** What can be done with data alone; its commands are added where the command line is put together. */
@Command(
        name = "data",
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes data without a rehearsal, in a database that you name.")
public final class DataCommand {}
