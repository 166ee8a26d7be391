package dev.rehearse.data.anonymize.text;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a column, a field or a key as other languages than English have it: German, French, Spanish, Italian, Portuguese, Dutch,
 * Swedish, Danish, Polish, Turkish, Russian, Japanese, Chinese and Korean. Accents make no difference. Immutable.
 */
final class OtherLanguages {

    private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");

    /** Words that name a meaning where they stand by themselves, or are all of the name. */
    private static final Map<Meaning, Set<String>> WORDS = new EnumMap<>(Meaning.class);

    /** Parts of words that name it, since German puts words together and Japanese puts no gaps between them. */
    private static final Map<Meaning, List<String>> PARTS = new EnumMap<>(Meaning.class);

    static {
        put(
                Meaning.EMAIL,
                "mel correo epost eposta",
                "mailadress courriel emailadres correoelectr почт メール 邮箱 邮件 電子郵件 이메일");
        put(
                Meaning.PHONE,
                "handy mobil portable durchwahl kurzwahl gsm tlf telf celular cellulare movil komorka cep",
                "telefon telefoon handynum handynr mobilnum mobilnr mobiltel rufnummer rufnr telemovel телефон мобильн 電話 携帯 电话 手机 전화 휴대폰");
        put(
                Meaning.ADDRESS,
                "plz ort rue ville commune domicile calle ciudad citta cidade bairro morada domicilio poblacion localidad straat gata ulica miasto stad adres adresi индекс",
                "adress anschrift strasse wohnort wohnsitz postleitzahl hausnummer hausnr breitengrad laengengrad langengrad codepostal"
                        + " direccion codigopostal indirizzo endereco woonplaats huisnummer huisnr postnummer postnr kodpocztowy woonadres postadres"
                        + " улиц адрес город широт долгот 住所 番地 郵便番号 市区町村 緯度 経度 地址 邮编 纬度 经度 주소 우편번호 위도 경도");
        put(
                Meaning.BIRTH,
                "naiss nais naissance nac nasc fnac deces nele neele geb morte gestorben urodzony",
                "geburt geboren verstorben sterbedat sterbetag datenaiss lieunaiss nacimiento fallecimiento nascita nascimento geboorte"
                        + " overlijden urodzeni zgonu fodelsed fodselsd dogumtar рожден смерт 生年 誕生 死亡 没年 出生 生日 생년 생일 출생 사망");
        put(
                Meaning.SECRET,
                "mdp jeton senha parola haslo losen sifre",
                "passwort kennwort motdepasse contrasena wachtwoord losenord adgangskode парол секрет パスワード 暗証 密码 口令 비밀번호");
        put(
                Meaning.IDENTIFIER,
                "konto cuenta nir bsn cpr rut cedula инн снилс",
                "steuernum steuernr steuerid sozialversicherung versicherungsnum versicherungsnr versichertennum ausweis reisepass fuehrerschein"
                        + " fuhrerschein kontonum kontonr numerosecu securitesociale passeport numerocompte pasaporte numerocuenta codicefiscale"
                        + " passaporto rekeningnum personnummer personnr fodselsnum henkilotunnus tckimlik kimlikno паспорт счет 口座 マイナンバー"
                        + " 個人番号 旅券 免許 保険証 身份证 护照 账号 银行卡 주민등록 여권 계좌");
        put(
                Meaning.NAME,
                "prenom prenoms titular titulaire inhaber intestatario nomfamille nazwisko imie soyad soyadi apelido",
                "vorname nachname familienname zuname rufname spitzname apellido cognome sobrenome achternaam voornaam tussenvoegsel fornamn"
                        + " efternamn fornavn efternavn etternavn фамили отчеств фио 氏名 姓名 お名前 名前 苗字 名字 フリガナ ふりがな 이름 성명");
        put(
                Meaning.USER,
                "",
                "benutzername nutzername anmeldename nomutilisateur nombreusuario nomeusuario gebruikersnaam логин ユーザー名 用户名");
        put(
                Meaning.INCOME,
                "lohn ingreso ingresos revenu revenus sueldo salaris loon lonn pensja",
                "gehalt jahreseinkommen einkommen verguetung vergutung salaire remuneration salario stipendio wynagrodzen зарплат оклад"
                        + " 給与 給料 年収 月収 賃金 工资 薪资 薪水 收入 연봉 급여");
        put(
                Meaning.CODE,
                "statut estado stato zustand typ tipo kategorie categorie categoria rolle sprache langue idioma lingua waehrung wahrung devise"
                        + " moneda moeda valuta prioritaet prioritat priorite prioridad etat pays pais paese land статус тип",
                "状態 種別 区分 種類 状态 类型 상태 종류");
    }

    private static final Set<String> SHARED_PLACES =
            words("ort stadt ville commune ciudad citta cidade stad miasto город 市区町村 都道府県 城市 도시");

    private static final Set<String> NAMES = words("nom nombre nome naam navn namn имя");

    private static final List<String> PERSONS = List.copyOf(words(
            "kunde mitarbeiter patienten personen benutzer nutzer angestellt mitglied schueler schuler lehrer bewerber ansprechpartner"
                    + " utilisateur personne malade adherent eleves medecin employe cliente empleado usuario personas paciente alumno"
                    + " dipendent utente utenti pazient klant medewerker gebruiker pracowni klient musteri calisan клиент сотрудник"
                    + " пользовател пациент работник"));

    /** Shorter parts are looked for in one word, or are all of the name: upload_result has no {@code adres}. */
    private static final int LEAST_ACROSS = 8;

    private final List<String> words;
    private final String joined;

    /** @param words of a name, in order */
    OtherLanguages(List<String> words) {
        this.words = words.stream().map(OtherLanguages::folded).toList();
        this.joined = String.join("", this.words);
    }

    private static void put(Meaning meaning, String words, String parts) {
        WORDS.put(meaning, words(words));
        PARTS.put(meaning, List.copyOf(words(parts)));
    }

    private static Set<String> words(String list) {
        return Arrays.stream(list.split(" "))
                .filter(word -> !word.isEmpty())
                .map(OtherLanguages::folded)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** In lower case, without accents. */
    private static String folded(String word) {
        String apart = Normalizer.normalize(word.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
        // Syllables of Korean are put together again, for a part of one is none.
        return Normalizer.normalize(MARKS.matcher(apart).replaceAll(""), Normalizer.Form.NFC)
                .replace("ß", "ss")
                .replace('ł', 'l')
                .replace('ø', 'o')
                .replace('ı', 'i');
    }

    /** Whether the name says that what it names has a meaning. */
    boolean say(Meaning meaning) {
        Set<String> known = WORDS.getOrDefault(meaning, Set.of());
        List<String> parts = PARTS.getOrDefault(meaning, List.of());
        return meaning == Meaning.CODE
                ? known.contains(last()) || parts.stream().anyMatch(joined::endsWith)
                : known.contains(joined)
                        || words.stream().anyMatch(known::contains)
                        || parts.stream().anyMatch(this::has);
    }

    private boolean has(String part) {
        return words.stream().anyMatch(word -> word.contains(part))
                || joined.equals(part)
                || (part.length() >= LEAST_ACROSS && joined.contains(part));
    }

    /**
     * Whether the name is that of a person's name: Kundenname, nom_client, or nom in a table of people.
     *
     * @param english what people are called in English, which names of columns have beside other languages
     */
    boolean sayName(OtherLanguages table, Set<String> english) {
        boolean isOfPerson = sayPerson(english) || (words.size() == 1 && table.sayPerson(english));
        return (isOfPerson && words.stream().anyMatch(NAMES::contains))
                || (sayPerson(Set.of()) && words.stream().anyMatch(word -> word.endsWith("name")))
                || (words.equals(List.of("name")) && table.sayPerson(Set.of()));
    }

    private boolean sayPerson(Set<String> english) {
        return PERSONS.stream().anyMatch(joined::contains) || words.stream().anyMatch(english::contains);
    }

    /** Whether the name ends as those of places do that many people share. */
    boolean endAsSharedPlace() {
        return SHARED_PLACES.contains(last());
    }

    private String last() {
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }
}
