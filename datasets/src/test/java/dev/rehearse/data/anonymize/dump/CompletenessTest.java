package dev.rehearse.data.anonymize.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletenessTest {

    @TempDir
    private Path folder;

    /** Rows may look like statements, and begin with blanks; what statements end with depends on the options. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\.\n\n\n",
                "1\tone\n\\.\n\n\n",
                "\n\n\n\n\n\n\n\n\\.\n\n\n",
                "\t\t\t\t\t\t\t\t\n\\.\n\n\n",
                "        indented\n\\.\n\n\n",
                "INSERT INTO t VALUES (1);\n\\.\n\n\n",
                "\n\n",
                "INSERT INTO public.t VALUES (1, 'one');\n\n\n",
                "INSERT INTO public.t VALUES (1, 'one') ON CONFLICT DO NOTHING;\n\n\n",
                "INSERT INTO public.t DEFAULT VALUES;\n\n\n"
            })
    void rows_are_whole_to_their_end_and_cut_short_before_it(String rows) throws IOException {
        Path file = folder.resolve("3012.dat");
        Files.writeString(file, rows);
        assertThat(Completeness.cutInFolder(folder)).isNull();
        for (int less = 1; less <= Math.min(4, rows.length()); less++) {
            Files.writeString(file, rows.substring(0, rows.length() - less));
            assertThat(Completeness.cutInFolder(folder)).contains("3012.dat");
        }
    }

    @Test
    void an_empty_large_object_is_an_empty_file_where_lz4_packs_it_and_no_rows_are() throws IOException {
        Files.createFile(folder.resolve("blob_16400.dat.lz4"));
        assertThat(Completeness.cutInFolder(folder)).isNull();
        Files.createFile(folder.resolve("3012.dat.lz4"));
        assertThat(Completeness.cutInFolder(folder)).contains("3012.dat.lz4");
    }

    @Test
    void a_tar_file_is_walked_to_its_end_and_a_size_that_is_none_is_told() throws IOException {
        byte[] tar = new byte[512 * 4];
        System.arraycopy("toc.dat".getBytes(StandardCharsets.US_ASCII), 0, tar, 0, 7);
        System.arraycopy("00000000012 ".getBytes(StandardCharsets.US_ASCII), 0, tar, 124, 12);
        Path file = folder.resolve("archive.tar");

        assertThat(Completeness.cutInTar(Files.write(file, tar))).isNull();
        assertThat(Completeness.cutInTar(Files.write(file, Arrays.copyOf(tar, 700))))
                .startsWith("in its part toc.dat");
        tar[130] = 'x';
        assertThat(Completeness.cutInTar(Files.write(file, tar))).contains("toc.dat, whose size cannot be read");
    }
}
