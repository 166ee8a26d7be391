package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the prepared statements and portals of one session stand for. Guarded by its {@link Conversation}. */
final class StatementNames {

    /** A client that uses more gets no text for those that it has not used for longest. */
    private static final int KEPT = 1_000;

    private final Map<String, String> prepared = new Remembered<>();
    private final Map<String, String> portals = new Remembered<>();
    private final Map<String, List<Parameter>> bound = new Remembered<>();

    /** A map that forgets what has not been asked for longest. */
    private static final class Remembered<V> extends LinkedHashMap<String, V> {

        private Remembered() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > KEPT;
        }
    }

    /** Returns what takes it back: a name that is taken keeps its text, as the server refuses to prepare it again; one that was prepared anew since, its new one. */
    Runnable prepare(String statement, String sql) {
        String before = prepared.put(statement, sql);
        return () -> {
            if (before == null) {
                prepared.remove(statement, sql);
            } else {
                prepared.replace(statement, sql, before);
            }
        };
    }

    /** Returns the text that the portal stands for from now on. */
    String bind(String portal, String statement, List<Parameter> parameters) {
        String sql = ofStatement(statement);
        portals.put(portal, sql);
        bound.put(portal, parameters);
        return sql;
    }

    String ofStatement(String statement) {
        return textOf(prepared, "prepared statement", statement);
    }

    String ofPortal(String portal) {
        return textOf(portals, "portal", portal);
    }

    List<Parameter> parameters(String portal) {
        return bound.getOrDefault(portal, List.of());
    }

    /**
     * Returns what takes it back, but for a name that has a new text since.
     *
     * @param isStatement false: it is a portal
     */
    Runnable close(boolean isStatement, String name) {
        Map<String, String> texts = isStatement ? prepared : portals;
        String before = texts.remove(name);
        return before == null ? () -> {} : () -> texts.putIfAbsent(name, before);
    }

    private static String textOf(Map<String, String> texts, String what, String name) {
        return texts.getOrDefault(name, "(" + what + " \"" + name + "\" whose text was not seen)");
    }
}
