/** What LaTeX's commands stand for in plain text, as far as abstracts use them. */

const pairs = (table: string): [string, string][] =>
  table.trim().split(/\s+/).map((entry) => {
    const cut = entry.indexOf('=')
    return [entry.slice(0, cut), entry.slice(cut + 1)]
  })

const names = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))

/** Command → character. */
export const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ...pairs(`
  alpha=α beta=β gamma=γ delta=δ epsilon=ε varepsilon=ε zeta=ζ eta=η theta=θ vartheta=θ iota=ι kappa=κ
  lambda=λ mu=μ nu=ν xi=ξ omicron=ο pi=π varpi=π rho=ρ varrho=ρ sigma=σ varsigma=ς tau=τ upsilon=υ phi=φ
  varphi=φ chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ
  Omega=Ω ell=ℓ hbar=ℏ aleph=ℵ partial=∂ nabla=∇ infty=∞ emptyset=∅ varnothing=∅ imath=ı jmath=ȷ
  times=× div=÷ pm=± mp=∓ cdot=· ast=* star=⋆ circ=∘ bullet=• oplus=⊕ ominus=⊖ otimes=⊗ odot=⊙ dagger=†
  dag=† ddagger=‡ cap=∩ cup=∪ bigcap=⋂ bigcup=⋃ wedge=∧ vee=∨ land=∧ lor=∨ lnot=¬ neg=¬ setminus=∖
  leq=≤ le=≤ leqslant=≤ geq=≥ ge=≥ geqslant=≥ ll=≪ gg=≫ lesssim=≲ gtrsim=≳ lt=< gt=> neq=≠ ne=≠ equiv=≡ approx=≈
  simeq=≃ sim=∼ cong=≅ propto=∝ prec=≺ succ=≻ preceq=⪯ succeq=⪰ in=∈ ni=∋ notin=∉ subset=⊂ subseteq=⊆
  supset=⊃ supseteq=⊇ mid=| vert=| Vert=‖ parallel=∥ perp=⊥ bot=⊥ top=⊤ models=⊨ vdash=⊢
  to=→ rightarrow=→ longrightarrow=→ leftarrow=← leftrightarrow=↔ Rightarrow=⇒ Leftarrow=⇐ Leftrightarrow=⇔
  implies=⇒ iff=⇔ mapsto=↦ uparrow=↑ downarrow=↓ hookrightarrow=↪ sum=∑ prod=∏ int=∫ oint=∮ forall=∀
  exists=∃ langle=⟨ rangle=⟩ lfloor=⌊ rfloor=⌋ lceil=⌈ rceil=⌉ ldots=… dots=… cdots=… dotsc=… vdots=⋮
  textellipsis=… degree=° textdegree=° prime=′ backslash=/ triangle=△ square=□ Box=□ checkmark=✓ sharp=♯
  flat=♭ natural=♮ lbrace={ rbrace=} colon=: lvert=| rvert=| lVert=‖ rVert=‖ textendash=– textemdash=—
  textquoteright=’ textquoteleft=‘ textquotedblleft=“ textquotedblright=” texttimes=× textpm=± textmu=µ
  textasciitilde=∼ textbackslash=/ textless=< textgreater=> textbar=| copyright=© pounds=£ euro=€ texteuro=€
  textdollar=$ S=§ micro=μ percent=% Re=Re Im=Im And=& lbrack=[ rbrack=] bigoplus=⊕ bigotimes=⊗ therefore=∴`),
])

/** Letters of words; the space after the command belongs to the command. */
export const LETTERS: ReadonlyMap<string, string> = new Map(
  pairs('AA=Å aa=å AE=Æ ae=æ OE=Œ oe=œ O=Ø o=ø L=Ł l=ł ss=ß i=ı j=ȷ DH=Ð dh=ð TH=Þ th=þ DJ=Đ dj=đ'),
)

/** Accent command → combining character. */
export const ACCENTS: ReadonlyMap<string, string> = new Map(
  pairs("`=\u0300 '=\u0301 ^=\u0302 ~=\u0303 ==\u0304 u=\u0306 .=\u0307 \"=\u0308 r=\u030a H=\u030b v=\u030c d=\u0323 c=\u0327 k=\u0328 b=\u0331"),
)

/** Commands for spacing. */
export const SPACES = names('quad qquad enskip enspace thinspace space item par newline linebreak hfill hskip noindent')

/** Commands that change how what follows looks; only what follows stays. */
export const STYLES = names(`
  rm bf it em cal sf tt sc sl up frak scr bm mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr
  Bbb Cal boldmath unboldmath boldsymbol pmb textrm textbf textit textsf texttt textsc textsl textup textnormal
  text emph mbox hbox operatorname left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle
  displaystyle textstyle scriptstyle limits nolimits mathop mathrel mathbin mathord ensuremath xspace bar hat tilde vec dot ddot
  widehat widetilde overline underline overrightarrow uline protect small large normalsize footnotesize tiny
  centering selectfont phantom check breve acute grave`)

/** Commands whose argument is no text for a reader. */
export const REFERENCES = names(`
  cite citep citet citealp citealt citeauthor citeyear citeyearpar citenum parencite textcite autocite footcite
  nocite ref eqref autoref cref Cref pageref label begin end vspace hspace color bibliographystyle`)

/** Commands whose first argument is no text, while the second is. */
export const SECOND_ARGUMENT = names('textcolor colorbox href raisebox foreignlanguage')

/** Names of functions, written out even where an argument follows. */
export const FUNCTIONS = names(`
  log ln lg exp sin cos tan cot sinh cosh tanh arcsin arccos arctan max min sup inf lim limsup liminf argmax argmin
  det dim ker deg arg gcd Pr mod bmod pmod hom poly polylog`)
