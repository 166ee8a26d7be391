package dev.rehearse.scenarios.locktable;

import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.scenarios.locktable.LockCase.Step;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.SqlStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of {@code scenarios/lock-table}: SQL with comments that say which session each part belongs to. Its first line is
 * {@code -- ID: what the operation is}; then follow the cases:
 *
 * <pre>
 * -- case: name [14-17]     a new case, on a fresh database; for all versions where none are given
 * -- setup                  what follows prepares the database and is not measured
 * -- migration              what follows is measured; so is what follows the case's own line
 * -- session reader         what follows is done by another session
 * -- await reader           goes on when that session is done
 * -- words: Seq Scan on t   the table tells whether the server said so
 * </pre>
 */
final class CaseFile {

    private static final Pattern TITLE = Pattern.compile("-- ([A-Z]+-\\d\\d): (.+)");
    private static final Pattern CASE = Pattern.compile("-- case: (.+?)(?: \\[(\\d\\d)(?:-(\\d\\d))?])?");
    private static final Pattern PART = Pattern.compile("-- (setup|migration|(?:session|await) ([a-z]+))");
    private static final Pattern WORDS = Pattern.compile("-- words: (.+)");
    private static final String SETUP = "setup";

    private final String name;
    private final String id;
    private final String operation;
    private final List<LockCase> cases = new ArrayList<>();

    private @Nullable Matcher header;
    private String session = LockCase.MIGRATION;
    private List<String> words = new ArrayList<>();
    private List<String> setup = new ArrayList<>();
    private List<Step> steps = new ArrayList<>();
    private StringBuilder part = new StringBuilder();

    private CaseFile(String name, String firstLine) {
        Matcher title = TITLE.matcher(firstLine);
        if (!title.matches() || !name.equals(title.group(1) + ".sql")) {
            throw new IllegalArgumentException(name + ":1: expected \"-- " + name.replace(".sql", "")
                    + ": what the operation is\", but it is \"" + firstLine + "\".");
        }
        this.name = name;
        this.id = title.group(1);
        this.operation = title.group(2);
    }

    /** The cases of every file of a folder, in order of id. */
    static List<LockCase> readAll(Path folder) throws IOException {
        List<LockCase> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("[A-Z]+-\\d\\d\\.sql"))
                    .sorted()
                    .toList()) {
                cases.addAll(read(file.getFileName().toString(), Files.readAllLines(file)));
            }
        }
        return cases;
    }

    static List<LockCase> read(String name, List<String> lines) {
        CaseFile file = new CaseFile(name, lines.get(0));
        lines.stream().skip(1).forEach(file::line);
        file.endCase();
        return file.cases;
    }

    private void line(String line) {
        Matcher newCase = CASE.matcher(line);
        Matcher newPart = PART.matcher(line);
        Matcher newWords = WORDS.matcher(line);
        if (newCase.matches()) {
            endCase();
            header = newCase;
        } else if (newPart.matches()) {
            endPart();
            session = newPart.group(2) == null ? newPart.group(1) : newPart.group(2);
            if (newPart.group(1).startsWith("await ")) {
                steps.add(new Step(session, true, List.of()));
            }
        } else if (newWords.matches()) {
            endPart();
            session = LockCase.MIGRATION;
            words.add(newWords.group(1));
        } else {
            part.append(line).append('\n');
        }
    }

    private void endPart() {
        String text = part.toString();
        part = new StringBuilder();
        List<String> statements = new ArrayList<>(
                SqlScripts.split(name, text).stream().map(SqlStatement::text).toList());
        if (statements.isEmpty()) {
            return;
        }
        if (session.equals(SETUP)) {
            if (!steps.isEmpty()) {
                throw new IllegalArgumentException(name + ": the setup of a case comes first.");
            }
            setup.addAll(statements);
            return;
        }
        // As a traced script runs.
        if (session.equals(LockCase.MIGRATION) && SqlScripts.transactionOf(name, text)) {
            statements.add(0, "begin");
            statements.add("commit");
        }
        steps.add(new Step(session, false, statements));
    }

    private void endCase() {
        endPart();
        Matcher begun = header;
        if (begun != null) {
            if (steps.isEmpty()) {
                throw new IllegalArgumentException(name + ": case " + begun.group(1) + " does nothing.");
            }
            int oldest = begun.group(2) == null ? DatabaseRequest.OLDEST : Integer.parseInt(begun.group(2));
            int newest = begun.group(2) == null ? DatabaseRequest.NEWEST : oldest;
            newest = begun.group(3) == null ? newest : Integer.parseInt(begun.group(3));
            cases.add(new LockCase(id, operation, begun.group(1), oldest, newest, words, setup, steps));
        }
        session = LockCase.MIGRATION;
        words = new ArrayList<>();
        setup = new ArrayList<>();
        steps = new ArrayList<>();
    }
}
