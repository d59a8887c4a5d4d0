using System.Globalization;
using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Reads <c>.map.json</c> files. A name that is not known is refused: a misspelt one would otherwise be passed over.</summary>
internal static class RecipeReader
{
    private const string Known =
        "mask, legend, tolerance, heights, lowest, highest, mesh, cell, slopeMax, stepMax, clearance, properties and objects";

    /// <exception cref="MapException">The map is refused.</exception>
    public static MapContent Read(string file, byte[] content, MapFiles files)
    {
        MapRecipe recipe = JsonPull.Read(file, content, (ref JsonPull json) => ReadRecipe(ref json, files.Budget));
        bool isMesh = recipe.Mesh.Length > 0;
        if (isMesh == (recipe.Mask.Length > 0 || recipe.Heights.Length > 0))
        {
            string reason = isMesh ? "A map is made of a mesh or of pictures, not of both." : "It names no 'mask', no 'heights' and no 'mesh' to make a map of.";
            throw new MapException(file, "", "", reason);
        }

        return isMesh ? MeshMap.Make(file, recipe, files) : PictureMap.Make(file, recipe, files);
    }

    private static MapRecipe ReadRecipe(ref JsonPull json, MapBudget budget)
    {
        MapRecipe recipe = new();
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            ReadMember(ref json, recipe, name, budget);
        }

        return recipe;
    }

    private static void ReadMember(ref JsonPull json, MapRecipe recipe, string name, MapBudget budget)
    {
        switch (name)
        {
            case "mask":
                recipe.Mask = json.Text();
                break;
            case "heights":
                recipe.Heights = json.Text();
                break;
            case "mesh":
                recipe.Mesh = json.Text();
                break;
            case "tolerance":
                recipe.Tolerance = json.Int(0, 255);
                break;
            case "lowest":
                recipe.Lowest = (float)json.Number(-Limits.MapHeightMax, Limits.MapHeightMax);
                break;
            case "highest":
                recipe.Highest = (float)json.Number(-Limits.MapHeightMax, Limits.MapHeightMax);
                break;
            case "cell":
                recipe.Cell = (float)json.Number(0.001, 1000);
                break;
            case "slopeMax":
                recipe.SlopeMax = (float)json.Number(0, 89);
                break;
            case "stepMax":
                recipe.StepMax = (float)json.Number(0, Limits.MapHeightMax);
                break;
            case "clearance":
                recipe.Clearance = (float)json.Number(0, Limits.MapHeightMax);
                break;
            case "properties":
                ReadProperties(ref json, recipe.Properties, budget);
                break;
            case "legend":
                ReadLegend(ref json, recipe, budget);
                break;
            case "objects":
                ReadObjects(ref json, recipe, budget);
                break;
            default:
                throw json.Refuse($"There is no '{MapText.Short(name)}' here; there are {Known}.");
        }
    }

    /// <summary>Plain values by name.</summary>
    public static void ReadProperties(ref JsonPull json, Dictionary<string, string> properties, MapBudget budget)
    {
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            budget.TakeProperty(json.File, "");
            if (name.Length is 0 or > Limits.MapPropertyNameCharsMax)
            {
                throw json.Refuse("A property needs a name of sensible length.");
            }

            properties[name] = json.Scalar();
        }
    }

    private static void ReadLegend(ref JsonPull json, MapRecipe recipe, MapBudget budget)
    {
        json.BeginArray();
        while (json.NextItem())
        {
            budget.TakeTiles(json.File, 1);
            Dictionary<string, string> properties = new(StringComparer.Ordinal);
            ReadProperties(ref json, properties, budget);
            string name = properties.GetValueOrDefault("name", "");
            GroundRule rule = GroundProperties.Read(properties, name, recipe.Flags, out string problem);
            string colour = GroundProperties.TryColor(properties.GetValueOrDefault("color", "")) ?? "";
            if (problem.Length > 0 || colour.Length == 0)
            {
                throw json.Refuse(problem.Length > 0 ? problem : "Each entry of the legend needs a 'color', such as \"#3a5f8f\".");
            }

            int code = int.Parse(colour.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (recipe.Legend.Exists(entry => entry.Colour == code))
            {
                throw json.Refuse($"The colour {colour} is in the legend twice.");
            }

            recipe.Legend.Add(new LegendEntry(code, TileKind.Of(recipe.Legend.Count + 1, name, colour, rule, properties)));
        }
    }

    private static void ReadObjects(ref JsonPull json, MapRecipe recipe, MapBudget budget)
    {
        json.BeginArray();
        while (json.NextItem())
        {
            recipe.Objects.Add(RecipeObject.Read(ref json, recipe.Objects.Count + 1, recipe.Flags, budget));
        }
    }
}
