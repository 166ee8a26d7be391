package dev.rehearse.data.plan.table;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableNames;
import dev.rehearse.data.twin.ProfileUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shares of NULL that somebody chose, by column. */
public final class NullShares {

    private static final String WHERE = "the shares of NULL of the data set";

    private final Map<String, Double> shares = new HashMap<>();

    /** @throws DatasetException for a column that there is not, or that cannot have such a share */
    public NullShares(Map<String, Double> named, List<Table> tables, ProfileUse profile) {
        named.forEach((name, share) -> {
            try {
                choose(name, share, tables, profile);
            } catch (DatasetException e) {
                throw e.about(name);
            }
        });
    }

    private void choose(String name, double share, List<Table> tables, ProfileUse profile) {
        int dot = name.lastIndexOf('.');
        if (dot < 1) {
            throw DatasetException.spec("\"" + name + "\" under " + WHERE + " names no table. Write table.column.");
        }
        Table table = TableNames.find(tables, name.substring(0, dot), WHERE);
        Column column = TableNames.column(table, name.substring(dot + 1), WHERE);
        if (share > 0 && column.notNull()) {
            throw DatasetException.spec("Column " + column.name() + " of table " + table.label() + " is NOT NULL, but "
                    + WHERE + " give it " + share + ". Leave it out.");
        }
        if (profile.statistics(table, column) != null) {
            throw DatasetException.spec("Column " + column.name() + " of table " + table.label()
                    + " has its share of NULL from the profile, and another one under " + WHERE
                    + ". Change it in the profile.");
        }
        shares.put(key(table, column), share);
    }

    /** The share that was chosen for a column, or null. */
    @Nullable
    public Double of(Table table, Column column) {
        return shares.get(key(table, column));
    }

    private static String key(Table table, Column column) {
        return table.oid() + "." + column.number();
    }
}
