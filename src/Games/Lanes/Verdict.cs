using System.Globalization;

namespace RealtimeServer.Games.Lanes;

/// <summary>What a side has when judgement is passed.</summary>
/// <param name="Towers">Standing towers.</param>
/// <param name="KingStands">Whether its king is among them.</param>
/// <param name="LowestHealth">Of its standing towers.</param>
internal readonly record struct SideScore(int Towers, bool KingStands, int LowestHealth);

/// <summary>The rules of winning: pure functions of the score.</summary>
/// <param name="Winner">1, 2, or 0 for a draw.</param>
/// <param name="Reason">king, towers, suddenDeath, health or draw.</param>
internal readonly record struct Verdict(int Winner, string Reason)
{
    /// <summary>Null while the match goes on.</summary>
    /// <param name="timeUp">Regular time is over, or overtime if that is played.</param>
    /// <param name="overtime">Overtime is played.</param>
    /// <param name="overtimeFollows">Regular time without a winner leads to overtime.</param>
    public static Verdict? Judge(in SideScore one, in SideScore two, bool timeUp, bool overtime, bool overtimeFollows)
    {
        if (!one.KingStands || !two.KingStands)
        {
            return one.KingStands == two.KingStands ? new Verdict(0, "draw") : new Verdict(one.KingStands ? 1 : 2, "king");
        }

        if ((timeUp || overtime) && one.Towers != two.Towers)
        {
            return new Verdict(one.Towers > two.Towers ? 1 : 2, overtime ? "suddenDeath" : "towers");
        }

        if (!timeUp || (!overtime && overtimeFollows))
        {
            return null;
        }

        return one.LowestHealth == two.LowestHealth ? new Verdict(0, "draw") : new Verdict(one.LowestHealth > two.LowestHealth ? 1 : 2, "health");
    }

    public string ToJson(in SideScore one, in SideScore two, float seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"winner\":{Winner},\"reason\":\"{Reason}\",\"towers\":[{one.Towers},{two.Towers}],\"seconds\":{seconds:0.0}}}");
}
