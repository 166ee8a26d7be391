package dev.rehearse.assess.schema;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.RowAccount;
import dev.rehearse.recording.Recording.TableAccount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns whose names others have now, and that were not seen to hold the same. Read as {@link OldApplication}. Immutable. */
final class SwappedColumns {

    static final String ORDER = "column order of ";

    private final List<TableAccount> onNewSchema;

    SwappedColumns(RowAccount account) {
        this.onNewSchema = account.verifiedAfter() == Phase.ROLL_BACK ? account.beforeRollback() : account.tables();
    }

    List<String> told(String object, String before, @Nullable String after) {
        return after == null
                ? List.of()
                : told(
                        object.substring(ORDER.length()),
                        before.lines().toList(),
                        after.lines().toList());
    }

    /**
     * Tells the columns whose names were given away: columns keep their order, and new ones come last, so that a new name in the place of an
     * old column may be that column's, and an old name behind the last place was given to a new one. Where nothing has a new name, the
     * column was made anew, perhaps with what it held.
     */
    private List<String> told(String table, List<String> before, List<String> after) {
        List<String> renamed = new ArrayList<>();
        int old = 0;
        for (int next = 0; old < after.size(); old++) {
            String name = after.get(old);
            int place = before.indexOf(name);
            if (place < 0 ? next == before.size() : place < next) {
                break;
            }
            if (place < 0) {
                renamed.add(name);
            }
            next = Math.max(place, next) + 1;
        }
        if (renamed.isEmpty()) {
            return List.of();
        }
        return after.subList(old, after.size()).stream()
                .filter(before::contains)
                .filter(name -> !isAsBefore(table, name))
                .map(name -> "column " + table + "." + name + " is another one than before: what was in it may be in "
                        + String.join(" or ", renamed))
                .toList();
    }

    /** Whether rows were looked up again on the new schema, and all had in it what they had before. */
    private boolean isAsBefore(String table, String column) {
        return onNewSchema.stream()
                .filter(rows -> rows.table().equals(table))
                .anyMatch(rows -> rows.written() + rows.sampled() > 0
                        && rows.rowsLost() + rows.sampledRowsLost() == 0
                        && !rows.lostByColumn().containsKey(column));
    }
}
