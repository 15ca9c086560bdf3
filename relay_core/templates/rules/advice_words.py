"""Words by which a text asks for something, invites to answer, or says how to hear no more.

Written without accents and in lower case, as `folding.fold` leaves a text. A star stands for any
ending. Only words that are hardly anything but a request are listed: a hint that is missing does
less harm than one that is wrong.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one language says; phrases are separated by semicolons."""

    actions: str
    """Asks the reader to do something."""
    invitations: str
    """Tells the reader that an answer is welcome."""
    endings: str
    """Says how to receive no more messages."""
    invite: str
    """A sentence that invites to answer."""
    end: str
    """A line that says how to receive no more; short enough for a footer."""


WORDINGS: Final = {
    "en": Wording(
        actions="click; tap; scan; visit; discover; download; sign up; register; call us; choose; "
        "confirm; come and; come to; try it; see more; see our; book a; book now; book "
        "your; order now; buy; shop now; learn more; check out; follow; pick it up; join; "
        "vote; rate us; share this; find out; have a look",
        invitations="reply; answer; answers; write back; write to us; write us; ask us; question; "
        "questions; let us know; tell us; contact us; contact me; text us; message us; "
        "get in touch",
        endings="unsubscribe; opt out; opt-out; no more messages; no longer receive; no longer "
        "wish; hear no more; receive no more",
        invite="Any question? Just reply.",
        end="Reply STOP to receive no more messages",
    ),
    "fr": Wording(
        actions="cliquez; appuyez; scannez; visitez; decouvrez; telechargez; venez; inscrivez; "
        "appelez; choisissez; confirmez; reservez; commandez; achetez; profitez; "
        "consultez; suivez; rejoignez; votez; partagez; passez; essayez; prenez; rendez- "
        "vous sur; en savoir plus; clique; decouvre; reserve; profite; viens",
        invitations="repondez; reponds; repondre; ecrivez; ecris-nous; question; questions; dites- "
        "nous; contactez; contacter; dis-nous; votre avis",
        endings="desinscri*; desabonn*; ne plus recevoir; ne plus etre contacte*",
        invite="Une question ? Répondez à ce message.",
        end="Répondez STOP pour ne plus recevoir de messages",
    ),
    "de": Wording(
        actions="klicken; klick; klicke; tippen; tippe; scannen; besuchen; besuche; entdecken; "
        "entdecke; rufen sie; ruf uns; wahlen sie; wahle; sichern; bestatigen; bestatige; "
        "buchen; buche; bestellen; bestelle; kaufen; melden sie; melde dich; kommen sie; "
        "komm; probieren; mehr erfahren; laden sie; holen sie; hol dir; prufen sie; "
        "folgen sie; teilen sie",
        invitations="antworten; antworte; antwort; schreiben sie; schreib uns; frage; fragen; "
        "kontaktieren; kontaktiere; sagen sie uns; sag uns",
        endings="abmelden; abmeldung; abbestellen; keine nachrichten mehr; austragen",
        invite="Noch Fragen? Antworten Sie einfach.",
        end="Antworten Sie STOP, um nichts mehr zu erhalten",
    ),
    "es": Wording(
        actions="haga clic; haz clic; pulse; pulsa; toque; toca; escanee; visite; visita; "
        "visitenos; descubra; descubre; descargue; descarga; llame; llamenos; llamanos; "
        "elija; elige; confirme; confirma; reserve; reserva ya; compre; compra ya; pida; "
        "pide; venga; ven a; aproveche; aprovecha; inscribase; inscribete; registrese; "
        "registrate; mas en; consulte; siga; pruebe; prueba",
        invitations="responda; responde; respondanos; conteste; contesta; escribanos; escribenos; "
        "escriba; pregunta; preguntas; duda; dudas; diganos; dinos; contactenos; "
        "contactanos; contacte",
        endings="darse de baja; darte de baja; date de baja; dese de baja; no recibir mas; no "
        "quiere recibir",
        invite="¿Alguna pregunta? Responda a este mensaje.",
        end="Responda STOP para darse de baja",
    ),
    "nl": Wording(
        actions="klik; tik; scan; bezoek; ontdek; download; bel ons; bel met; kies; bevestig; "
        "boek; reserveer; bestel; koop; kom langs; kom naar; meld je; meld u; schrijf je "
        "in; probeer; bekijk; lees meer; haal; volg; deel; profiteer",
        invitations="antwoord; antwoorden; beantwoord; schrijf ons; vraag; vragen; reageer; "
        "laat het ons weten; laat ons weten; vertel ons; neem contact; stuur ons; app ons",
        endings="afmelden; uitschrijven; geen berichten meer; niet meer ontvangen",
        invite="Vragen? Antwoord op dit bericht.",
        end="Antwoord STOP om niets meer te ontvangen",
    ),
    "it": Wording(
        actions="clicca; clicchi; tocca; tocchi; scansiona; visita; visiti; scopri; scopra; "
        "scarica; scarichi; chiamaci; ci chiami; chiami; scegli; scelga; conferma; "
        "confermi; prenota; prenoti; ordina ora; acquista; acquisti ora; iscriviti; si "
        "iscriva; vieni; venga; approfitta; approfitti; prova; provi; segui; consulti; "
        "consulta",
        invitations="rispondi; risponda; rispondere; scrivici; ci scriva; domanda; domande; dubbi; "
        "facci sapere; ci faccia sapere; contattaci; ci contatti; dicci",
        endings="disiscri*; annullare l'iscrizione; non ricevere piu; cancellarsi",
        invite="Domande? Risponda a questo messaggio.",
        end="Rispondi STOP per non ricevere altri messaggi",
    ),
    "pt": Wording(
        actions="clique; clica; toque; toca; digitalize; visite; visita-nos; descubra; descobre; "
        "baixe; descarregue; ligue; liga-nos; escolha; escolhe; confirme; confirma; "
        "reserve; compre; peca; inscreva-se; inscreve-te; venha; aproveite; aproveita; "
        "experimente; siga; consulte; saiba mais; acesse; aceda",
        invitations="responda; responde; escreva; escreve-nos; pergunta; perguntas; duvida; "
        "duvidas; diga-nos; diz-nos; contacte-nos; contate-nos; fale conosco; fale connosco; entre "
        "em contato; entre em contacto",
        endings="descadastr*; cancelar a inscricao; nao receber mais; deixar de receber",
        invite="Alguma pergunta? Responda a esta mensagem.",
        end="Responda STOP para deixar de receber mensagens",
    ),
}
"""By the first part of Meta's language code."""
