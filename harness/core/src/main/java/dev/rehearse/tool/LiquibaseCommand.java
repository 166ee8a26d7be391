package dev.rehearse.tool;

import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Logger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.configuration.LiquibaseConfiguration;
import liquibase.configuration.core.DefaultsFileValueProvider;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.CompositeResourceAccessor;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.util.LiquibaseUtil;

/**
 * One command of Liquibase's by its Java API, as {@link LiquibaseOfClassPath} has it run in a process of its own. The one class that touches
 * {@code liquibase}.
 */
final class LiquibaseCommand {

    private static final Pattern NEXT_WORD = Pattern.compile("-(.)");
    private static final String OUTPUT = "LIQUIBASE_OUTPUT_FILE";

    private LiquibaseCommand() {}

    /**
     * One command, with the words of Liquibase's command line: {@code update-count --count=1}. Liquibase itself reads its variables.
     *
     * @throws Exception whatever Liquibase throws, which makes the process end with 1
     */
    public static void main(String[] words) throws Exception {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%5$s%6$s%n");
        Logger.getLogger("liquibase").info("Liquibase Version: " + LiquibaseUtil.getBuildVersion());
        File defaults = new File(LiquibaseSettings.FILE);
        if (defaults.exists()) {
            Scope.getCurrentScope()
                    .getSingleton(LiquibaseConfiguration.class)
                    .registerProvider(new DefaultsFileValueProvider(defaults));
        }
        CompositeResourceAccessor resources = new CompositeResourceAccessor(
                new ClassLoaderResourceAccessor(),
                new DirectoryResourceAccessor(Path.of("").toAbsolutePath()));
        try {
            Scope.child(Scope.Attr.resourceAccessor, resources, () -> run(List.of(words)));
        } catch (Exception e) {
            throw withoutFrames(e);
        }
    }

    /** Its causes are for people who read what a tool has said last; where in Liquibase they come from is not. */
    private static Exception withoutFrames(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            cause.setStackTrace(new StackTraceElement[0]);
        }
        return failure;
    }

    private static void run(List<String> words) throws Exception {
        CommandScope command = new CommandScope(inJava(words.get(0)));
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            command.addArgumentValue(
                    inJava(word.substring(2, equals < 0 ? word.length() : equals)),
                    equals < 0 ? (Object) true : Integer.valueOf(word.substring(equals + 1)));
        }
        String file = System.getenv(OUTPUT);
        try (OutputStream out = file == null ? OutputStream.nullOutputStream() : Files.newOutputStream(Path.of(file))) {
            command.setOutput(out).execute();
        }
    }

    /** {@code update-count} is {@code updateCount}. */
    private static String inJava(String name) {
        return NEXT_WORD
                .matcher(name)
                .replaceAll((MatchResult match) -> match.group(1).toUpperCase(java.util.Locale.ROOT));
    }
}
