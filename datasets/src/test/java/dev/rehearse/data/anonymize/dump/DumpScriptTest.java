package dev.rehearse.data.anonymize.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DumpScriptTest {

    private static final String SCRIPT = """
            --
            -- PostgreSQL database dump
            --
            SET client_encoding = 'LATIN1';
            DROP DATABASE IF EXISTS shop;
            --
            -- Name: shop; Type: DATABASE; Schema: -; Owner: boss
            --
            CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8';
            \\connect shop
            SET row_security = off;
            --
            -- Name: DATABASE shop; Type: COMMENT; Schema: -; Owner: boss
            --
            COMMENT ON DATABASE shop IS 'two
            lines';
            --
            -- Name: t; Type: TABLE; Schema: public; Owner: boss
            --
            CREATE TABLE public.t (a text);
            ALTER TABLE public.t OWNER TO boss;
            COMMENT ON TABLE public.t IS 'Fill it with
            COPY public.t (a) FROM stdin;
            or otherwise.';
            --
            -- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: boss
            --
            COPY public.t (a) FROM stdin;
            GRANT me TO nobody;
            -- PostgreSQL database dump complete
            %s
            \\.
            --
            -- Name: DATABASE shop; Type: ACL; Schema: -; Owner: boss
            --
            GRANT CONNECT ON DATABASE shop TO clerk;
            --
            -- PostgreSQL database dump complete
            --
            """.formatted("x".repeat(200_000));

    @Test
    void settings_of_newer_programs_are_set_where_the_server_knows_them() {
        assertThat(SchemaTools.forAnyServer("SET lock_timeout = 0;\nSET transaction_timeout = 0;\nSELECT 1;\n"))
                .isEqualTo(
                        "SET lock_timeout = 0;\nSELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
                                + " WHERE name = 'transaction_timeout';\nSELECT 1;\n");
    }

    @Test
    void rows_say_nothing_of_a_dump_and_its_own_database_is_not_made() throws IOException {
        DumpScript script = DumpScript.read(in(SCRIPT));

        assertThat(script.end()).isNull();
        assertThat(script.encoding()).isEqualTo("LATIN1");
        assertThat(script.database()).isEqualTo("shop");
        assertThat(script.hasTables() && script.hasRows()).isTrue();
        assertThat(script.restricts()).isFalse();
        assertThat(script.naming())
                .containsExactly("ALTER TABLE public.t OWNER TO boss;", "GRANT CONNECT ON DATABASE shop TO clerk;");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DumpScript.copy(in(SCRIPT), out);
        String copied = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(copied)
                .contains("SET row_security = off;", "GRANT CONNECT")
                .doesNotContain("DATABASE IF EXISTS", "CREATE DATABASE", "\\connect", "two", "lines';")
                .endsWith(SCRIPT.substring(SCRIPT.indexOf("CREATE TABLE")));
        assertThat(copied.lines().count()).isEqualTo(SCRIPT.lines().count());
    }

    @Test
    void the_end_of_a_script_that_was_cut_short_is_told_even_where_a_row_says_that_it_is_complete() throws IOException {
        String amongRows = SCRIPT.substring(0, SCRIPT.indexOf("xxx"));

        assertThat(DumpScript.read(in(amongRows)).end()).isEqualTo("in line 30, among the rows of public.t");
        assertThat(DumpScript.read(in(SCRIPT.substring(0, SCRIPT.indexOf("GRANT CONNECT"))))
                        .end())
                .isEqualTo("in line 35");
    }

    @Test
    void rows_as_statements_may_say_what_begins_rows_and_there_may_be_none() throws IOException {
        String head = SCRIPT.substring(0, SCRIPT.indexOf("COPY public.t (a) FROM stdin;\nGRANT"));
        String foot = SCRIPT.substring(SCRIPT.lastIndexOf("--\n-- PostgreSQL"));

        for (String rows : new String[] {"INSERT INTO public.t VALUES ('try\nCOPY public.t FROM stdin;\n');\n", ""}) {
            DumpScript script = DumpScript.read(in(head + rows + foot));
            assertThat(script.end()).isNull();
            assertThat(script.hasRows()).isTrue();
        }
    }

    @Test
    void a_script_that_restricts_psql_is_told_from_one_whose_rows_say_so_and_so_are_those_that_know_it()
            throws IOException {
        assertThat(DumpScript.read(in("\\restrict a1B2\n" + SCRIPT)).restricts())
                .isTrue();
        assertThat(DumpScript.read(in(SCRIPT.replace("GRANT me", "\\restrict me")))
                        .restricts())
                .isFalse();

        assertThat(new SchemaTools.Version(15, 13).knowsRestrict()).isFalse();
        assertThat(new SchemaTools.Version(15, 14).knowsRestrict()).isTrue();
        assertThat(new SchemaTools.Version(17, 5).knowsRestrict()).isFalse();
        assertThat(new SchemaTools.Version(18, 0).knowsRestrict()).isTrue();
    }

    private static InputStream in(String script) {
        return new ByteArrayInputStream(script.getBytes(StandardCharsets.ISO_8859_1));
    }
}
