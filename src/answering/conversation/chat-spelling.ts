/** Reads the little words of a question as they are meant where they are typed in haste: "wich dose did thay give". */

const SLIPS: ReadonlyMap<string, string> = new Map(
  `wich which,whcih which,whihc which,wihch which,wat what,waht what,hwat what,whta what,wht what,whats what's,wats what's,whos who's,wheres where's,hows how's,hwo how,hoow how,hwy why,wy why,whyy why,wehn when,
  thay they,tehy they,thye they,tehm them,thier their,theyre they're,teh the,hte the,taht that,thta that,thats that's,tihs this,thsi this,teh the,anf and,adn and,nad and,fro for,
  deos does,doess does,dont don't,doesnt doesn't,didnt didn't,isnt isn't,arent aren't,wasnt wasn't,cant can't,aer are,r are,u you,ur your,pls please,plz please,plss please,thx thanks,
  abt about,abuot about,baout about,bout about,btw by the way,mroe more,moer more,shoter shorter,shrter shorter,frist first,secnod second,secound second,scond second,thrid third,
  papre paper,paepr paper,ppaer paper,autor author,auther author,athor author,refernce reference,referance reference,souce source,soruce source,sumarize summarize,summerize summarize,sumary summary,explian explain,expalin explain,
  mcuh much,muhc much,mnay many,amny many,beter better,compair compare,comapre compare,diffrence difference,diference difference,whcih which`
    .split(/,\s*/)
    .map((entry) => [entry.trim().split(' ')[0] as string, entry.trim().split(' ').slice(1).join(' ')]),
)
export function withoutSlips(question: string): string {
  return question.replace(/(?<![\p{L}\p{N}'’-])\p{L}{1,12}(?![\p{L}\p{N}'’-])/gu, (word) => {
    const key = word.toLowerCase()
    const meant = SLIPS.get(key)
    if (meant === undefined || (word.length < 3 && word !== key)) return word
    return /^\p{Lu}\p{Ll}/u.test(word) ? `${meant.charAt(0).toUpperCase()}${meant.slice(1)}` : meant
  })
}
