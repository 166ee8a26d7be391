package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the migration left half done, or for others to find out; those of a kind that need the same are told once. */
final class LeftoverFindings {

    private static final String FOUND_AFTER = "found after ";

    private static final String OF_PARTITIONED = "index on partitioned table ";

    /** As the server calls what it builds, and what it has replaced. */
    private static final Pattern HALF_OF_REINDEX = Pattern.compile("_cc(new|old)\\d*\"?$");

    private LeftoverFindings() {}

    private record Left(Leftover.Kind kind, String object) {}

    /** What the rollback left, too, is told once. */
    static List<Finding> of(Recording recording) {
        Map<Left, Finding> findings = new LinkedHashMap<>();
        for (Leftover leftover : recording.leftovers()) {
            findings.merge(
                    new Left(leftover.kind(), leftover.object()),
                    leftover(leftover),
                    (first, again) -> with(first, foundAfter(leftover)));
        }
        if (recording.schema().afterRollback() != null) {
            findings.replaceAll((left, found) -> left.kind() == Leftover.Kind.INVALID_INDEX
                            && !found.evidence().contains(FOUND_AFTER + Phase.ROLL_BACK)
                    ? with(found, "gone after " + Phase.ROLL_BACK)
                    : found);
        }
        Map<List<Object>, Map<Left, Finding>> alike = new LinkedHashMap<>();
        findings.forEach((left, found) -> alike.computeIfAbsent(whatAllShare(left, found), any -> new LinkedHashMap<>())
                .put(left, found));
        return alike.values().stream().map(LeftoverFindings::one).toList();
    }

    private static List<Object> whatAllShare(Left left, Finding found) {
        return List.of(left.kind(), String.valueOf(found.saferWay()), moments(found));
    }

    private static List<String> moments(Finding found) {
        return found.evidence().subList(1, found.evidence().size());
    }

    /** Of several that need the same the first, with the names of the others and what is known of each. */
    private static Finding one(Map<Left, Finding> alike) {
        Finding first = alike.values().iterator().next();
        if (alike.size() == 1) {
            return first;
        }
        List<String> evidence = new ArrayList<>();
        alike.forEach((left, found) ->
                evidence.add(left.object() + ": " + found.evidence().get(0)));
        evidence.addAll(moments(first));
        return Together.retold(
                first,
                first.title() + "; likewise "
                        + Words.some(alike.keySet().stream()
                                .skip(1)
                                .map(Left::object)
                                .toList()),
                Units.count(alike.size()),
                evidence,
                first.saferWay());
    }

    private static Finding with(Finding finding, String line) {
        List<String> evidence = new ArrayList<>(finding.evidence());
        evidence.add(line);
        return Together.retold(finding, finding.title(), finding.measured(), evidence, finding.saferWay());
    }

    private static String foundAfter(Leftover leftover) {
        return FOUND_AFTER + leftover.phase();
    }

    private static Finding leftover(Leftover leftover) {
        return switch (leftover.kind()) {
            case INVALID_INDEX -> invalidIndex(leftover);
            case NOT_VALID_CONSTRAINT ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Constraint " + leftover.object() + " is NOT VALID",
                        "Existing rows may break it, and the planner does not rely on it.",
                        "VALIDATE CONSTRAINT in a transaction of its own.",
                        "CON-02");
            case MISSING_PRIVILEGE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The application has no right to the new " + leftover.object(),
                        "The release that uses it fails with 42501 (insufficient privilege).",
                        "GRANT in the migration, or ALTER DEFAULT PRIVILEGES for the role that migrates, once.",
                        null);
            case LOST_PRIVILEGE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The application lost rights to " + leftover.object(),
                        "What still uses them fails with 42501 (insufficient privilege). A relation that is dropped and made again loses its grants.",
                        "GRANT again in the same transaction; replace a view with CREATE OR REPLACE, which keeps them.",
                        null);
            case POLICIES_UNTRIED ->
                ValidityFindings.unproven(
                        leftover.kind().name(),
                        "What the policies let the application do was not tried: " + leftover.object(),
                        "the owner's rights",
                        "the application's rights",
                        leftover.detail(),
                        "Rows that the policies keep from the application are not missed in this run; what else it found holds.",
                        "Name whose rights the application has, the owner where it is: roles: { application: shop_app } in the plan.");
            case ROWS_UNFOLLOWED ->
                ValidityFindings.unproven(
                        leftover.kind().name(),
                        "What became of rows that the application wrote was not seen: " + leftover.object(),
                        "no key to find them by",
                        "looked up again",
                        leftover.detail(),
                        "A table gives its key back: something else has that name now, or a rule, and may put the rows elsewhere, or nowhere. An application that"
                                + " asks for the key gets none, or an error (0A000); what else the run found holds.",
                        "Let the INSTEAD OF trigger set the key in NEW, as by nextval, before it writes the row, and return that; let a trigger do what the rule does.");
            case ROWS_UNREADABLE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Rows of " + leftover.object() + " can be written, and not be read with all of their columns",
                        "Whoever reads such a row with the column that fails, by SELECT * say, gets that error.",
                        "Let the expression of the generated column bear every value (nullif, CASE), or make it STORED, so that the write fails. Where only"
                                + " values that Rehearse made are such, rehearse without edge cases (data: { edgeCases: 0 }).",
                        null);
            case FUNCTIONS_UNTRIED ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Changed, and not seen to be called: " + leftover.object(),
                        "The server looks into a function when it is called: a name that is not there, or another result, shows only then.",
                        "Let an operation of workload.before call it, or call it in the application's tests on the migrated schema.",
                        null);
            case FORMER_VALUES ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Made by a function as it was: " + leftover.object(),
                        "Where the function gives another value now, a query that uses the index misses rows, a unique one lets duplicates in, and a stored"
                                + " column keeps the old value until its row is written: no error tells.",
                        "After the change REINDEX INDEX CONCURRENTLY, or of a column write all rows in batches; or leave the function, and change over to a new one with an index or a"
                                + " column of its own.",
                        null);
            case DEPRECATED_COLUMN ->
                leftover(
                        leftover,
                        Severity.NOTE,
                        "Column " + leftover.object() + " waits to be removed",
                        "It costs space and confuses readers.",
                        "Plan its removal.",
                        null);
            case NARROW_REFERENCE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Column " + leftover.object() + " cannot hold every key that it refers to",
                        "A row that refers to a greater key fails (22003).",
                        "Give it the type of what it refers to while its table is small; later that rewrites the table.",
                        "TYP-05");
            case NARROW_SEQUENCE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Sequence " + leftover.object() + " ends before its column does",
                        "An INSERT after its last number fails (2200H), as before the column was widened.",
                        "ALTER SEQUENCE ... AS bigint, in the same transaction: it takes no time, and ALTER COLUMN TYPE does it for identities alone.",
                        "TYP-04");
            case SHORT_KEY ->
                leftover(
                        leftover,
                        Severity.NOTE,
                        "The numbers of " + leftover.object() + " end",
                        "An INSERT after the last one fails (2200H).",
                        "bigint while the table is small; later that rewrites the table.",
                        "TYP-04");
            case SEQUENCE_BEHIND ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The sequence of " + leftover.object() + " gives numbers that are there already",
                        "An INSERT that leaves the number to it fails (23505), or makes a duplicate, until it has passed them.",
                        "setval(pg_get_serial_sequence('table', 'column'), max(column)) in the transaction that wrote them, with LOCK TABLE"
                                + " ... IN SHARE ROW EXCLUSIVE MODE before both where the application inserts, too.",
                        null);
            case ROWS_INCOMPARABLE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Whole rows of " + leftover.object() + " cannot be compared any more",
                        "SELECT DISTINCT, UNION and GROUP BY of all its columns fail (42883).",
                        "jsonb in the place of json; else an application that names the columns to compare, first.",
                        null);
            case OPEN_TRANSACTION ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "A transaction was left open: " + leftover.object(),
                        "Its locks and its snapshot stay.",
                        "End every transaction; set idle_in_transaction_session_timeout.",
                        "TX-06");
            case TOOL_STUCK ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "The tool cannot go on: " + leftover.object(),
                        "The next release stops before it has begun, until somebody clears it.",
                        "The way out: " + leftover.detail(),
                        null);
            case ADVISORY_LOCK ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "An advisory lock was left: " + leftover.object(),
                        "The next run of the tool waits for it.",
                        "Release it; end the session that holds it.",
                        null);
        };
    }

    private static Finding invalidIndex(Leftover leftover) {
        if (leftover.detail().startsWith(OF_PARTITIONED)) {
            return leftover(
                    leftover,
                    Severity.BREACH,
                    "INVALID index " + leftover.object() + " was left",
                    "Partitions without one are read whole, and IF NOT EXISTS takes it for the real one.",
                    "CREATE INDEX CONCURRENTLY on each partition that lacks it, then ALTER INDEX " + leftover.object()
                            + " ATTACH PARTITION: the last one makes it valid.",
                    "IDX-04");
        }
        Matcher half = HALF_OF_REINDEX.matcher(leftover.object());
        boolean isHalf = half.find();
        return leftover(
                leftover,
                Severity.BREACH,
                "INVALID index " + leftover.object() + " was left",
                isHalf
                        ? "It is the half of a REINDEX CONCURRENTLY that no query uses; the index itself serves as "
                                + (half.group(1).equals("new") ? "before." : "rebuilt.")
                        : "No query uses it, and IF NOT EXISTS takes it for the real one.",
                "DROP INDEX CONCURRENTLY"
                        + (!isHalf
                                ? ", then build it again."
                                : " " + leftover.object()
                                        + (half.group(1).equals("new") ? ", then REINDEX CONCURRENTLY again." : ".")),
                "IDX-04");
    }

    private static Finding leftover(
            Leftover leftover, Severity severity, String title, String effect, String way, @Nullable String catalogue) {
        return new Finding(
                leftover.kind().name(),
                severity,
                title,
                -1,
                leftover.object(),
                severity == Severity.BREACH ? "none" : "not judged",
                List.of(leftover.detail(), foundAfter(leftover)),
                effect,
                way,
                catalogue);
    }
}
