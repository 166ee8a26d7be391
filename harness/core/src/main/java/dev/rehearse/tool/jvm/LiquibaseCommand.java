package dev.rehearse.tool.jvm;

import java.io.File;
import java.io.IOException;
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
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.resource.Resource;
import liquibase.resource.ResourceAccessor;
import liquibase.resource.SearchPathResourceAccessor;
import liquibase.util.LiquibaseUtil;

/**
 * One command of Liquibase's by its Java API, as {@link LiquibaseProgram} has it run in a process of its own. The one class that touches
 * {@code liquibase}.
 */
final class LiquibaseCommand {

    private static final Pattern NEXT_WORD = Pattern.compile("-(.)");
    private static final String OUTPUT = "LIQUIBASE_OUTPUT_FILE";

    private LiquibaseCommand() {}

    /**
     * One command, with the words of Liquibase's command line: {@code update-count --count=1}. Liquibase itself reads its variables. Where it
     * fails, that is the last that is said, and the process ends with 1.
     */
    public static void main(String[] words) {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%5$s%6$s%n");
        Logger log = Logger.getLogger("liquibase");
        log.info("Liquibase Version: " + LiquibaseUtil.getBuildVersion());
        try {
            File defaults = new File(LiquibaseSettings.FILE);
            if (defaults.exists()) {
                Scope.getCurrentScope()
                        .getSingleton(LiquibaseConfiguration.class)
                        .registerProvider(new DefaultsFileValueProvider(defaults));
            }
            Resources resources = new Resources(
                    new ClassLoaderResourceAccessor(),
                    new DirectoryResourceAccessor(Path.of("").toAbsolutePath()));
            Scope.child(Scope.Attr.resourceAccessor, resources, () -> run(List.of(words)));
        } catch (Exception e) {
            log.severe(told(e));
            System.exit(1);
        }
    }

    /** Where a search path says, or else there; by the names of a class path that only Spring takes otherwise, too: {@code classpath:/db/a.xml}. */
    @SuppressWarnings("try") // Its close() may throw anything.
    private static final class Resources extends SearchPathResourceAccessor {

        Resources(ResourceAccessor... places) {
            super(places);
        }

        @Override
        public List<Resource> getAll(String path) throws IOException {
            return super.getAll(plain(path));
        }

        @Override
        public List<Resource> search(String path, boolean recursive) throws IOException {
            return super.search(plain(path), recursive);
        }

        @Override
        public List<Resource> search(String path, SearchOptions options) throws IOException {
            return super.search(plain(path), options);
        }

        private static String plain(String path) {
            return path.replaceFirst("^classpath\\*?:/*", "");
        }
    }

    /** In one message, for people who read what a tool has said last: what its causes say besides, and not where in Liquibase they come from. */
    private static String told(Exception failure) {
        StringBuilder said = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            String more = String.valueOf(cause.getMessage());
            if (said.indexOf(more) < 0) {
                said.append(": ").append(more);
            }
        }
        return said.toString();
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
