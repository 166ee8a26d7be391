package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.SqlLiterals;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a program writes where it knows no name, and the words that a schema is made of. Literals of such words alone name nobody, whoever is
 * called so. Immutable.
 */
public final class OrdinaryWords {

    private static final Set<String> IN_PLACE_OF_NAMES = Set.copyOf(List.of(
            ("unknown anonymous anon guest visitor nobody somebody someone anyone everyone none null nil no not yes other others"
                            + " misc miscellaneous default system admin administrator root superuser user users customer client member owner"
                            + " author editor moderator manager staff team support service bot robot person people account contact company"
                            + " organization organisation anybody test tester testing demo example sample dummy fake placeholder temp temporary"
                            + " deleted removed former banned blocked disabled enabled active inactive archived pending new old missing empty"
                            + " blank undefined unspecified unnamed untitled unassigned unavailable unidentified available not applicable n a na"
                            + " any all public private internal external hidden redacted anonymized male female mr mrs ms dr sir madam"
                            + " unbekannt anonym gast niemand keiner keine kein andere sonstige leer gelöscht"
                            + " inconnu anonyme invité aucun autre desconocido desconocida anónimo invitado ninguno otro sconosciuto anonimo ospite"
                            + " desconhecido convidado onbekend nieznany anonimowy gość okänd ukendt ukjent"
                            + " неизвестно неизвестный аноним гость 未知 匿名 未知用户 匿名用户 不明")
                    .split(" +")));

    /** What a program writes where it knows no name. */
    public static Set<String> inPlaceOfNames() {
        return IN_PLACE_OF_NAMES;
    }

    private final Set<String> ofSchema = new HashSet<>();

    /** @param scripts what pg_dump wrote */
    OrdinaryWords(List<String> scripts) {
        scripts.forEach(sql -> ofSchema.addAll(Meaning.words(SqlLiterals.names(sql))));
    }

    /** Whether a literal has no other words. */
    boolean all(String literal) {
        return Meaning.words(literal).stream()
                .allMatch(word -> IN_PLACE_OF_NAMES.contains(word) || ofSchema.contains(word));
    }
}
