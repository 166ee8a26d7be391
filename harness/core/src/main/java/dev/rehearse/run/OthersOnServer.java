package dev.rehearse.run;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What became of roles and tablespaces while a migration ran, which all databases of a server share: on one that we did not start somebody else may have
 * changed them. The migration's are those that it names.
 *
 * @param migrations differences that the migration may have made
 * @param others the objects of the others
 */
record OthersOnServer(List<SchemaDifference> migrations, List<String> others) {

    /** In the group its name, as {@code quote_ident} has it: of a role's setting that of the role. */
    private static final Pattern SHARED = Pattern.compile(
            "(?:role |tablespace |setting .+? of role |setting (?=.+ of all roles$))(.+?)(?: in the database| of all roles)?");

    /** @param statements of the migration and its rollback so far */
    static OthersOnServer among(List<SchemaDifference> differences, List<String> statements) {
        List<SchemaDifference> migrations = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (SchemaDifference difference : differences) {
            if (isNamed(difference.object(), statements)) {
                migrations.add(difference);
            } else {
                others.add(difference.object());
            }
        }
        return new OthersOnServer(migrations, others);
    }

    private static boolean isNamed(String object, List<String> statements) {
        Matcher shared = SHARED.matcher(object);
        if (!shared.matches()) {
            return true;
        }
        String name = shared.group(1).replace("\"", "");
        Pattern named = Pattern.compile(
                "(?<!\\w)(?:" + Pattern.quote(name) + "|current_user|current_role|session_user)(?!\\w)",
                Pattern.CASE_INSENSITIVE);
        return statements.stream().anyMatch(sql -> named.matcher(sql).find());
    }
}
