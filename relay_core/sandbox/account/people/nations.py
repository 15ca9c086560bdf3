"""Where invented people come from: names, cities and numbers of eleven countries.

The numbers lie in the ranges that a country's authority keeps free for fiction where there are
any (Sources: Ofcom, ARCEP, Bundesnetzagentur, NANPA), else in one block of thousands of zeros.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A block of valid numbers: a prefix in E.164 and how many digits follow."""

    prefix: str
    free_digits: int


@dataclass(frozen=True, slots=True)
class Nation:
    """A country as its people appear in a help desk."""

    code: str
    share: float
    """Part of all people."""

    locale: str
    locale_id: int
    time_zone: str
    iana_time_zone: str
    calling_code: str
    trunk: str
    """What replaces the calling code when a number is written as at home."""

    mail_domains: tuple[str, ...]
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    cities: tuple[str, ...]
    ranges: tuple[NumberRange, ...]
    is_family_first: bool = False


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_US_AREAS: Final = _split(
    "202 206 212 213 215 303 305 310 312 313 323 404 408 412 415 469 503 512 602 605 612 617 619"
    " 646 702 713 718 720 773 786 801 808 813 816 832 901 904 907 913 917 919 925 949 972"
)
_GB_CITIES: Final = (
    "20 7946 0|113 496 0|114 496 0|116 496 0|117 496 0|118 496 0|121 496 0|131 496 0|"
    "141 496 0|151 496 0|161 496 0|191 498 0"
)

NATIONS: Final = (
    Nation(
        code="FR",
        share=0.20,
        locale="fr",
        locale_id=16,
        time_zone="Paris",
        iana_time_zone="Europe/Paris",
        calling_code="+33",
        trunk="0",
        mail_domains=("courrier.example", "poste.example", "example.com"),
        given_names=_split(
            "Clarice Hélène Zoé Chloé Inès Léa Manon Camille Élodie Aurélie Noémie Françoise Anaïs"
            " Maëlys Jean-Luc Loïc Rémi Théo Gaël Benoît François Étienne Jérôme Maxime Hugo"
            " Anne-Sophie Marie-Ève Raphaël Noël Cyprien"
        ),
        family_names=_split(
            "Lefèvre Müller Dubois Garçon Béranger Lemaître Fauré D'Aubigné L'Hermite Moreau"
            " Chevallier Noël Bénard Gonçalves Roux Prévost Le-Goff Château Renaud Pélissier"
            " Girard Baudoin Delacroix Traoré Nguyen"
        ),
        cities=("Paris", "Lyon", "Nantes", "Lille", "Nîmes", "Bordeaux"),
        ranges=(
            NumberRange("+3319900", 4),
            NumberRange("+3326191", 4),
            NumberRange("+3335301", 4),
            NumberRange("+3346571", 4),
            NumberRange("+3353649", 4),
        ),
    ),
    Nation(
        code="US",
        share=0.18,
        locale="en-US",
        locale_id=1,
        time_zone="Eastern Time (US & Canada)",
        iana_time_zone="America/New_York",
        calling_code="+1",
        trunk="",
        mail_domains=("mail.example", "example.com", "example.net"),
        given_names=_split(
            "Jane John Janet Alex Amy Dwight Maria Ashley Tyler Brandon Emily Madison Ethan Olivia"
            " Noah Ava Liam Sophia Mason Isabella Jacob Mia Aiden Harper Renée José Sunita Wei"
        ),
        family_names=_split(
            "Doe Roe Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez"
            " O'Brien McDonald Anderson Thomas Taylor Moore Jackson Lee Peña St-James Nguyen Patel"
        ),
        cities=("New York", "Chicago", "Austin", "Seattle", "Denver", "Miami"),
        ranges=tuple(NumberRange(f"+1{area}55501", 2) for area in _US_AREAS),
    ),
    Nation(
        code="GB",
        share=0.12,
        locale="en-GB",
        locale_id=1176,
        time_zone="London",
        iana_time_zone="Europe/London",
        calling_code="+44",
        trunk="0",
        mail_domains=("post.example", "example.org"),
        given_names=_split(
            "Oliver George Harry Siân Amelia Isla Poppy Niamh Rhys Callum Angus Eleri Imogen"
            " Priya Mohammed Zoë Freya Alfie Chloë Gareth Saoirse"
        ),
        family_names=_split(
            "Smith Jones Taylor Evans Thomas Roberts Walker Wright Khan Singh O'Neill MacLeod"
            " Fitzgerald Cholmondeley Llewellyn Hughes Green Hall Wood Begum"
        ),
        cities=("London", "Leeds", "Cardiff", "Glasgow", "Belfast", "Bristol"),
        ranges=tuple(
            NumberRange(f"+44{city.replace(' ', '')}", 3) for city in _GB_CITIES.split("|")
        ),
    ),
    Nation(
        code="DE",
        share=0.12,
        locale="de",
        locale_id=8,
        time_zone="Berlin",
        iana_time_zone="Europe/Berlin",
        calling_code="+49",
        trunk="0",
        mail_domains=("kunden.example", "brief.example"),
        given_names=_split(
            "Jürgen Jörg Günther Anneliese Käthe Björn Sören Heike Ursula Lukas Finn Leonie Mia"
            " Emilia Karl-Heinz Hans-Jürgen Ayşe Mehmet Rüdiger Grete"
        ),
        family_names=_split(
            "Müller Schröder Groß Weiß Schäfer Köhler König Krüger Böhm Öztürk Schmidt Fischer"
            " Wagner Becker Hoffmann Jäger Voß Größmann Lindner Özdemir"
        ),
        cities=("Berlin", "Hamburg", "München", "Köln", "Leipzig"),
        ranges=(
            NumberRange("+4917139200", 2),
            NumberRange("+4917604069", 3),
            NumberRange("+493023125", 3),
            NumberRange("+494066969", 3),
            NumberRange("+496990009", 3),
            NumberRange("+492214710", 3),
            NumberRange("+498999998", 3),
        ),
    ),
    Nation(
        code="ES",
        share=0.08,
        locale="es",
        locale_id=2,
        time_zone="Madrid",
        iana_time_zone="Europe/Madrid",
        calling_code="+34",
        trunk="",
        mail_domains=("correo.example",),
        given_names=_split(
            "José María Ángel Íñigo Begoña Núria Martín Sofía Lucía Andrés Óscar Raúl Inés Álvaro"
            " Concepción Joaquín Belén Jesús"
        ),
        family_names=_split(
            "García Muñoz Ibáñez Núñez López Pérez Gómez Fernández Etxeberria Sánchez Ordóñez"
            " Vázquez Peña Castaño Martínez"
        ),
        cities=("Madrid", "Sevilla", "Málaga", "A Coruña"),
        ranges=(NumberRange("+3460000", 4),),
    ),
    Nation(
        code="IT",
        share=0.07,
        locale="it",
        locale_id=22,
        time_zone="Rome",
        iana_time_zone="Europe/Rome",
        calling_code="+39",
        trunk="",
        mail_domains=("posta.example",),
        given_names=_split(
            "Niccolò Giosuè Chiara Giulia Matteo Francesca Alessandro Luca Beatrice Ludovica"
            " Desirée Salvatore Federica Pierluigi"
        ),
        family_names=_split(
            "Rossi Esposito D'Angelo Dell'Acqua Bianchi Nicolò Ferrari Russo Lo-Presti De-Luca"
            " Conti Marconi Fabbri"
        ),
        cities=("Roma", "Milano", "Napoli", "Torino"),
        ranges=(NumberRange("+39320000", 4),),
    ),
    Nation(
        code="BR",
        share=0.07,
        locale="pt-BR",
        locale_id=19,
        time_zone="Brasilia",
        iana_time_zone="America/Sao_Paulo",
        calling_code="+55",
        trunk="",
        mail_domains=("correio.example",),
        given_names=_split(
            "João Antônio Conceição Luísa Thaís Caíque Flávia Gonçalo Inácio Júlia Lívia Márcio"
            " Raíssa Vinícius Letícia"
        ),
        family_names=_split(
            "Conceição Araújo Gonçalves Magalhães Brandão Simões Corrêa Assunção Silva Souza"
            " Guimarães Leão Queirós"
        ),
        cities=("São Paulo", "Brasília", "Belém", "Florianópolis"),
        ranges=(NumberRange("+551199000", 4),),
    ),
    Nation(
        code="NL",
        share=0.05,
        locale="nl",
        locale_id=4,
        time_zone="Amsterdam",
        iana_time_zone="Europe/Amsterdam",
        calling_code="+31",
        trunk="0",
        mail_domains=("bericht.example",),
        given_names=_split(
            "Daan Sanne Femke Jeroen Maaike Thijs Noor Fleur Bram Sjoerd Daniël Loïs"
        ),
        family_names=(
            "de Vries",
            "van den Berg",
            "'t Hooft",
            "Jansen",
            "Visser",
            "IJzerman",
            "van der Meer",
            "Bakker",
        ),
        cities=("Amsterdam", "Utrecht", "Rotterdam"),
        ranges=(NumberRange("+3161000", 4),),
    ),
    Nation(
        code="MA",
        share=0.04,
        locale="ar",
        locale_id=66,
        time_zone="Casablanca",
        iana_time_zone="Africa/Casablanca",
        calling_code="+212",
        trunk="0",
        mail_domains=("barid.example",),
        given_names=_split("فاطمة محمد يوسف خديجة أمينة إبراهيم سلمى عبدالله ليلى نور"),
        family_names=_split("العلوي بنعلي الفاسي الإدريسي المنصوري بناني الشرايبي أيتلحسن"),
        cities=("Casablanca", "Rabat", "Fès"),
        ranges=(NumberRange("+21261000", 4),),
    ),
    Nation(
        code="JP",
        share=0.04,
        locale="ja",
        locale_id=67,
        time_zone="Tokyo",
        iana_time_zone="Asia/Tokyo",
        calling_code="+81",
        trunk="0",
        mail_domains=("yubin.example",),
        given_names=_split("花子 太郎 さくら 健一 美咲 大輔 ゆり 翔太 陽菜 ケン"),
        family_names=_split("田中 佐藤 鈴木 高橋 渡邉 伊藤 山本 中村 小林 齋藤"),
        cities=("Tokyo", "Osaka", "Sapporo"),
        ranges=(NumberRange("+81901000", 4),),
        is_family_first=True,
    ),
    Nation(
        code="PL",
        share=0.03,
        locale="pl",
        locale_id=13,
        time_zone="Warsaw",
        iana_time_zone="Europe/Warsaw",
        calling_code="+48",
        trunk="",
        mail_domains=("poczta.example",),
        given_names=_split(
            "Łukasz Małgorzata Paweł Świętosława Żaneta Michał Grażyna Wojciech Zofia"
        ),
        family_names=_split("Wiśniewski Wójcik Kowalczyk Dąbrowska Łoś Źrebiec Zieliński Szczęsny"),
        cities=("Warszawa", "Łódź", "Kraków"),
        ranges=(NumberRange("+4850000", 4),),
    ),
)
