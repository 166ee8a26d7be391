package dev.rehearse.data.anonymize.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Common names of people of several countries, to know some by and to make some of. Stateless. */
public final class PersonNames {

    static final List<String> FIRST =
            List.of(("Ada Ahmed Aisha Alan Alice Amina Ana Andrea Anna Antonio Ben Bob Carla Carlos Chen"
                            + " Chiara Clara Daniel David Diego Elena Emil Emma Eva Fatima Felix Frank Grace Hana Hans Helen Hugo Ines Ivan James"
                            + " Jana Jane Jean Jennifer John Jonas Jose Julia Karen Karl Kofi Lars Laura Lea Lena Lina Linda Liu Luca Lucas Luis"
                            + " Maria Mark Marta Mary Max Mei Mia Michael Mohamed Nadia Nils Noah Noor Olga Oliver Omar Patricia Paul Peter Pierre"
                            + " Priya Ravi Robert Rosa Sam Sara Sarah Sofia Sophie Stefan Susan Thomas Tom Uma Vera Wei William Yara Yuki Zoe")
                    .split(" "));

    static final List<String> LAST =
            List.of(("Adams Ahmed Bauer Becker Bianchi Brown Chen Costa Davis Diaz Dubois Evans Fischer Garcia"
                            + " Gupta Haddad Hansen Hoffmann Ito Jensen Johnson Jones Khan Kim Klein Kowalski Kumar Lee Lopez Martin Meyer Miller"
                            + " Moreau Muller Nagy Nguyen Novak Okafor Olsen Park Patel Petrov Rossi Sato Schmidt Schneider Silva Singh Smith"
                            + " Suzuki Tanaka Taylor Wagner Walker Wang Weber Williams Wilson Wright Young")
                    .split(" "));

    private static final Set<String> KNOWN =
            Set.copyOf(Arrays.stream((String.join(" ", FIRST) + " " + String.join(" ", LAST))
                            .toLowerCase(Locale.ROOT)
                            .split(" "))
                    .distinct()
                    .toList());

    private PersonNames() {}

    /** Whether a text is one to four words, one of which is a name. */
    public static boolean isLikelyName(String text) {
        List<String> words = Meaning.words(text.toLowerCase(Locale.ROOT));
        return words.size() <= 4 && words.stream().anyMatch(KNOWN::contains);
    }
}
