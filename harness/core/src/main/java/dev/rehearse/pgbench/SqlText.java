package dev.rehearse.pgbench;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement with places for variables. Every {@code :name} is one, also within quotes, as in pgbench; {@code ::type} is none.
 *
 * @param pieces the text between the places: one more than there are variables
 * @param variables numbers of the variables, in the order of their places
 * @param names their names
 */
public record SqlText(List<String> pieces, List<Integer> variables, List<String> names) {

    public SqlText {
        pieces = List.copyOf(pieces);
        variables = List.copyOf(variables);
        names = List.copyOf(names);
    }

    static SqlText of(String sql, Symbols symbols) {
        List<String> pieces = new ArrayList<>();
        List<Integer> variables = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int pieceStart = 0;
        int at = sql.indexOf(':');
        while (at >= 0) {
            int end = at + 1;
            if (end < sql.length() && Symbols.startsName(sql.charAt(end))) {
                while (end < sql.length() && Symbols.continuesName(sql.charAt(end))) {
                    end++;
                }
                String name = sql.substring(at + 1, end);
                pieces.add(sql.substring(pieceStart, at));
                variables.add(symbols.index(name));
                names.add(name);
                pieceStart = end;
            } else {
                while (end < sql.length() && sql.charAt(end) == ':') {
                    end++;
                }
            }
            at = sql.indexOf(':', end);
        }
        pieces.add(sql.substring(pieceStart));
        return new SqlText(pieces, variables, names);
    }

    /** With $1, $2 and on in the places, for the extended protocol. */
    public String numbered() {
        StringBuilder sql = new StringBuilder(pieces.get(0));
        for (int i = 0; i < variables.size(); i++) {
            sql.append('$').append(i + 1).append(pieces.get(i + 1));
        }
        return sql.toString();
    }
}
