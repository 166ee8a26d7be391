package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigestColumnsTest {

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void columns_of_digests_are_known_by_those_of_the_same_table_that_they_are_of() {
        List<String> mails = IntStream.range(0, 20)
                .mapToObj(i -> "Person" + i + "@mail.example")
                .toList();
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "Person" + i).toList();

        assertThat(DigestColumns.of(Map.of(
                        1, mails,
                        2, names,
                        3,
                                mails.stream()
                                        .map(mail -> "https://x.example/avatar/" + md5(mail.toLowerCase()))
                                        .toList(),
                        4,
                                names.stream()
                                        .map(name -> UUID.fromString(md5(name)
                                                        .replaceFirst("(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-"))
                                                .toString())
                                        .toList(),
                        5, names.stream().map(name -> md5(name + "a file")).toList())))
                .isEqualTo(Map.of(3, 1, 4, 2));
    }
}
