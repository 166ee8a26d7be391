package dev.rehearse.data.condition;

import dev.rehearse.data.condition.TextPattern.Chars;
import dev.rehearse.data.condition.TextPattern.Either;
import dev.rehearse.data.condition.TextPattern.Node;
import dev.rehearse.data.condition.TextPattern.Repeat;
import dev.rehearse.data.condition.TextPattern.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the regular expressions that people write into CHECK constraints. Anchors stand for nothing: a text that is made of the whole
 * pattern begins with it, and ends with it where it has an end.
 */
final class TextPatternParser {

    private static final String DIGITS = "0123456789";
    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
    private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    /** What a class that says what it is not is made of, as far as it allows. */
    private static final String ANY = LOWER + DIGITS + UPPER + "-_.:/+";

    private static final Map<String, String> NAMED = Map.of(
            "alpha",
            LOWER + UPPER,
            "digit",
            DIGITS,
            "alnum",
            LOWER + DIGITS + UPPER,
            "upper",
            UPPER,
            "lower",
            LOWER,
            "xdigit",
            DIGITS + "abcdef",
            "space",
            " ",
            "punct",
            "-.:");

    /** The pattern has a form that is not known here. */
    static final class Unknown extends RuntimeException {
        Unknown(String what) {
            super(what, null, false, false);
        }
    }

    private final String pattern;
    private int next;
    /** Whether what was read last asks for what stands beside it, which texts that are made of it need not have. */
    private boolean looksAround;

    TextPatternParser(String pattern) {
        this.pattern = pattern;
    }

    Node parse() {
        Node node = either();
        if (next < pattern.length()) {
            throw new Unknown(pattern.substring(next));
        }
        // Behind what need not be the end there may be more.
        boolean isOpen = pattern.indexOf('$') < 0 && !pattern.contains("(?");
        return isOpen ? new Sequence(List.of(node, new Repeat(new Chars(LOWER), 0, TextPattern.UNBOUNDED))) : node;
    }

    private Node either() {
        List<Node> branches = new ArrayList<>();
        List<Node> sure = new ArrayList<>();
        boolean before = looksAround;
        boolean any = false;
        do {
            looksAround = false;
            Node branch = sequence();
            branches.add(branch);
            if (!looksAround) {
                sure.add(branch);
            }
            any |= looksAround;
        } while (accept('|'));
        // What another branch accepts needs no look at what stands beside it.
        List<Node> chosen = sure.isEmpty() ? branches : sure;
        looksAround = before || (any && sure.isEmpty());
        return chosen.size() == 1 ? chosen.get(0) : new Either(chosen);
    }

    private Node sequence() {
        List<Node> parts = new ArrayList<>();
        while (next < pattern.length() && pattern.charAt(next) != '|' && pattern.charAt(next) != ')') {
            char c = pattern.charAt(next++);
            if (c != '^' && c != '$') {
                parts.add(repeated(atom(c)));
            }
        }
        return new Sequence(parts);
    }

    private Node atom(char c) {
        return switch (c) {
            case '(' -> group();
            case '[' -> new Chars(bracket());
            case '.' -> new Chars(LOWER + DIGITS);
            case '\\' -> new Chars(escape());
            case '*', '+', '?', '{' -> throw new Unknown(String.valueOf(c));
            default -> new Chars(String.valueOf(c));
        };
    }

    private Node group() {
        boolean aside = false;
        if (accept('?') && !accept(':')) {
            accept('<');
            aside = accept('=') || accept('!');
            if (!aside) {
                throw new Unknown("(?");
            }
        }
        Node inner = either();
        if (aside) {
            looksAround = true;
            inner = new Sequence(List.of());
        }
        if (!accept(')')) {
            throw new Unknown("(");
        }
        return inner;
    }

    private Node repeated(Node atom) {
        Node node = atom;
        if (accept('*')) {
            node = new Repeat(node, 0, TextPattern.UNBOUNDED);
        } else if (accept('+')) {
            node = new Repeat(node, 1, TextPattern.UNBOUNDED);
        } else if (accept('?')) {
            node = new Repeat(node, 0, 1);
        } else if (accept('{')) {
            int least = number();
            int most = !accept(',') ? least : pattern.startsWith("}", next) ? TextPattern.UNBOUNDED : number();
            if (!accept('}') || least > most) {
                throw new Unknown("{");
            }
            node = new Repeat(node, least, most);
        }
        // A lazy quantifier accepts the same texts.
        accept('?');
        return node;
    }

    private int number() {
        int start = next;
        while (next < pattern.length() && Character.isDigit(pattern.charAt(next)) && next - start < 4) {
            next++;
        }
        if (start == next) {
            throw new Unknown("{");
        }
        return Integer.parseInt(pattern.substring(start, next));
    }

    private String escape() {
        if (next >= pattern.length()) {
            throw new Unknown("\\");
        }
        char c = pattern.charAt(next++);
        return switch (c) {
            case 'd' -> DIGITS;
            case 'w' -> LOWER + DIGITS;
            case 's' -> " ";
            case 'D' -> LOWER;
            case 'S' -> LOWER + DIGITS;
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw new Unknown("\\" + c);
                }
                yield String.valueOf(c);
            }
        };
    }

    private String bracket() {
        boolean negated = accept('^');
        StringBuilder members = new StringBuilder();
        boolean first = true;
        while (first || !pattern.startsWith("]", next)) {
            if (next >= pattern.length()) {
                throw new Unknown("[");
            }
            first = false;
            member(members);
        }
        next++;
        String chosen = members.toString();
        if (negated) {
            chosen = ANY.chars()
                    .filter(c -> members.indexOf(String.valueOf((char) c)) < 0)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
        if (chosen.isEmpty()) {
            throw new Unknown("[");
        }
        return chosen;
    }

    private void member(StringBuilder members) {
        if (pattern.startsWith("[:", next)) {
            int end = pattern.indexOf(":]", next);
            String named = end < 0 ? null : NAMED.get(pattern.substring(next + 2, end));
            if (named == null) {
                throw new Unknown("[:");
            }
            members.append(named);
            next = end + 2;
            return;
        }
        char from = pattern.charAt(next++);
        if (from == '\\') {
            members.append(escape());
        } else if (next + 1 < pattern.length() && pattern.charAt(next) == '-' && pattern.charAt(next + 1) != ']') {
            char to = pattern.charAt(next + 1);
            next += 2;
            if (to == '\\' || to == '[' || from > to || to - from > 500) {
                throw new Unknown("-");
            }
            for (char c = from; c <= to; c++) {
                members.append(c);
            }
        } else {
            members.append(from);
        }
    }

    private boolean accept(char c) {
        if (next < pattern.length() && pattern.charAt(next) == c) {
            next++;
            return true;
        }
        return false;
    }
}
