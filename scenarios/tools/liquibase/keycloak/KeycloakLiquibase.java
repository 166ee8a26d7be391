import liquibase.integration.commandline.LiquibaseCommandLine;
import org.keycloak.connections.jpa.updater.liquibase.ThreadLocalSessionContext;
import org.keycloak.http.HttpRequest;
import org.keycloak.http.HttpResponse;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.DefaultKeycloakContext;
import org.keycloak.services.DefaultKeycloakSession;
import org.keycloak.services.DefaultKeycloakSessionFactory;

/**
 * Liquibase's command line within a session of Keycloak's, without which Keycloak's own changes refuse to run. The server binds one to the
 * thread before it calls Liquibase, too.
 */
final class KeycloakLiquibase {

    public static void main(String[] arguments) throws Exception {
        ThreadLocalSessionContext.setCurrentSession(new Factory().create());
        LiquibaseCommandLine.main(arguments);
    }

    private static final class Factory extends DefaultKeycloakSessionFactory {
        @Override
        public KeycloakSession create() {
            return new Session(this);
        }
    }

    private static final class Session extends DefaultKeycloakSession {
        private Session(Factory factory) {
            super(factory);
        }

        @Override
        protected DefaultKeycloakContext createKeycloakContext(KeycloakSession session) {
            return new Context(session);
        }
    }

    /** A migration serves no request. */
    private static final class Context extends DefaultKeycloakContext {
        private Context(KeycloakSession session) {
            super(session);
        }

        @Override
        protected HttpRequest createHttpRequest() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected HttpResponse createHttpResponse() {
            throw new UnsupportedOperationException();
        }
    }
}
