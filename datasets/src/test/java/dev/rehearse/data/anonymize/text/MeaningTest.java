package dev.rehearse.data.anonymize.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeaningTest {

    @Test
    void a_location_is_personal_unless_it_is_one_word_of_a_program() {
        assertThat(Meaning.isPersonal("location", "header")).isFalse();
        for (String value : new String[] {"lindenweg-7", "anna.kowalska", "lindenweg7", "Berlin"}) {
            assertThat(Meaning.isPersonal("location", value)).as(value).isTrue();
        }
        assertThat(Meaning.isPersonal("address", "lindenweg")).isTrue();
        assertThat(Meaning.isPersonal("homeLocation", "lindenweg")).isTrue();
    }

    @Test
    void names_in_other_languages_mean_what_english_ones_mean() {
        Map<Meaning, String> names = Map.of(
                Meaning.EMAIL, "courriel E-Mail-Adresse correo_electronico メールアドレス",
                Meaning.PHONE, "Handynummer téléphone_portable 電話番号 номер_телефона",
                Meaning.ADDRESS, "PLZ straße HausNr woonadres code_postal dirección 住所 breitengrad",
                Meaning.BIRTH, "geburtsdatum geboren_am date_naissance né_le fecha_nacimiento 生年月日",
                Meaning.SECRET, "passwort mot_de_passe contraseña hasło пароль",
                Meaning.IDENTIFIER, "Steuernummer numero_secu codice_fiscale personnummer マイナンバー",
                Meaning.NAME, "vorname nachname prénom apellidos cognome kundenname nom_client 氏名",
                Meaning.INCOME, "gehalt salaire sueldo 年収",
                Meaning.CODE, "zustand statut estado_tipo 注文状態");
        names.forEach((meaning, all) -> {
            for (String name : all.split(" ")) {
                assertThat(Meaning.ofName(name, "t")).as(name).isEqualTo(meaning);
            }
        });
        assertThat(Meaning.ofName("nom", "clientes")).isEqualTo(Meaning.NAME);
        assertThat(Meaning.ofName("name", "produkte")).isEqualTo(Meaning.UNKNOWN);
        for (String name :
                "created_by upload_result client_filename renaissance eleven ordering inn portfolio total stipend_rate 전환율"
                        .split(" ")) {
            assertThat(Meaning.ofName(name, "t")).as(name).isEqualTo(Meaning.UNKNOWN);
        }
    }

    @Test
    void addresses_of_machines_are_told_by_their_form_with_a_mask_or_a_port_too() {
        for (String address :
                List.of("10.20.3.4", "10.20.3.0/24", "10.20.3.4:8443", "fe80::1:2:3", "[2001:db8::7]:443")) {
            assertThat(Meaning.ofForm(List.of(address))).as(address).isEqualTo(Meaning.NETWORK);
            assertThat(Meaning.isTelling(address)).as(address).isTrue();
        }
        for (String other : List.of("10.20.3", "1.2.3:4", "12:30:45", "a:b")) {
            assertThat(Meaning.isTelling(other)).as(other).isFalse();
        }
    }

    @Test
    void abbreviations_mean_what_they_stand_for() {
        Map<Meaning, String> names = Map.of(
                Meaning.NAME, "fname lname",
                Meaning.USER, "usr uname",
                Meaning.PHONE, "ph_no phNum",
                Meaning.SECRET, "sess_tok jwt",
                Meaning.BIRTH, "fecha_nac date_nais data_nasc geb_dat");
        names.forEach((meaning, all) -> {
            for (String name : all.split(" ")) {
                assertThat(Meaning.ofName(name, "t")).as(name).isEqualTo(meaning);
            }
        });
        assertThat(Meaning.ofName("ph", "samples")).isEqualTo(Meaning.UNKNOWN);
    }

    @Test
    void the_keys_of_a_table_of_keys_and_values_are_known_by_name() {
        for (String name : "meta_key option_name attribute_name".split(" ")) {
            assertThat(Meaning.isKeyOfValues(name)).as(name).isTrue();
        }
        for (String name : "api_key secret_key access_key key".split(" ")) {
            assertThat(Meaning.isKeyOfValues(name)).as(name).isFalse();
        }
        assertThat(Meaning.ofKey("propertyName")).isEqualTo(Meaning.UNKNOWN);
    }
}
