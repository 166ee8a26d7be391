package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** What a server needs for TLS, for tests. */
public final class TestCertificate {

    public static final char[] STORE_PASSWORD = "store-password".toCharArray();

    private TestCertificate() {}

    /** Into the server's data directory, by the server itself, as files that are its own. */
    public static String write(String file, String content) {
        String lines = content.replace("'", "''").replace("\n", "'),('");
        return "copy (select * from (values ('" + lines + "')) as lines) to program"
                + " 'umask 077 && cat > new-file && mv new-file " + file + "'";
    }

    /** Makes a certificate for localhost, signed by itself, with its key. */
    public static KeyStore make(Path folder, String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(STORE_PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD);
        }
        return keys;
    }

    public static String certificatePem(KeyStore keys) throws GeneralSecurityException {
        return pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    }

    public static String keyPem(KeyStore keys) throws GeneralSecurityException {
        return pem("PRIVATE KEY", keys.getKey("server", STORE_PASSWORD).getEncoded());
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }
}
