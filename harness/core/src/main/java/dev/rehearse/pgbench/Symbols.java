package dev.rehearse.pgbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names of variables and their numbers, shared by the scripts of a load. Thread-safe. */
public final class Symbols {

    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The number of the name, a new one if need be. */
    public int index(String name) {
        Integer known = numbers.get(name);
        return known != null ? known : add(name);
    }

    private synchronized int add(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        int number = names.size();
        names.add(name);
        numbers.put(name, number);
        return number;
    }

    synchronized String name(int number) {
        return names.get(number);
    }

    synchronized int count() {
        return names.size();
    }

    /**
     * The name, where a variable may be called so.
     *
     * @throws ExpressionException where it may not
     */
    public static String checked(String name) {
        if (name.isEmpty() || !startsName(name.charAt(0)) || !name.chars().allMatch(c -> continuesName((char) c))) {
            throw new ExpressionException("\"" + name
                    + "\" is no name of a variable: it takes a letter or an underscore, then letters, digits and"
                    + " underscores");
        }
        return name;
    }

    static boolean startsName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    static boolean continuesName(char c) {
        return startsName(c) || c >= '0' && c <= '9';
    }
}
