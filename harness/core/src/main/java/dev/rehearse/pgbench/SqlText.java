package dev.rehearse.pgbench;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement with places for variables. Every {@code :name} is one, also within quotes, as in pgbench; {@code ::type} is none.
 *
 * @param pieces the text between the places: one more than there are variables
 * @param variables numbers of the variables, in the order of their places
 * @param names their names
 * @param numbered with $1, $2 and on in the places, for the extended protocol
 */
public record SqlText(List<String> pieces, List<Integer> variables, List<String> names, String numbered) {

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
        return new SqlText(pieces, variables, names, numbered(pieces));
    }

    /**
     * A statement that has $1, $2 and on itself, for the extended protocol only.
     *
     * @param variables for each of them, in the order of the numbers
     */
    public static SqlText ofNumbered(String sql, List<Integer> variables) {
        return new SqlText(
                List.of(sql), variables, variables.stream().map(v -> "").toList(), sql);
    }

    private static String numbered(List<String> pieces) {
        StringBuilder sql = new StringBuilder(pieces.get(0));
        for (int i = 1; i < pieces.size(); i++) {
            sql.append('$').append(i).append(pieces.get(i));
        }
        return sql.toString();
    }
}
