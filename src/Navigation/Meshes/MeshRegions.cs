namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Open ground cut into regions without holes: each row's runs join the run above them, if they alone touch it.
/// </summary>
internal static class MeshRegions
{
    /// <summary>Cuts the ground of a part of the columns.</summary>
    /// <param name="regions">Of each place of the whole ground; receives the region of each place in the part, from 1, or 0 where there is none.</param>
    /// <returns>How many regions there are.</returns>
    public static int Of(OpenGround ground, CellRect part, int[] regions)
    {
        int count = 0;
        List<Run> runs = [];
        List<int> touched = [0];
        for (int z = part.Y; z < part.Y + part.Height; z++)
        {
            runs.Clear();
            for (int x = part.X; x < part.X + part.Width; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    regions[i] = 0;
                    if (ground.Area[i] != 0)
                    {
                        Join(ground, regions, runs, touched, i, z > part.Y);
                    }
                }
            }

            for (int run = 0; run < runs.Count; run++)
            {
                Run of = runs[run];
                bool alone = of.Above > 0 && touched[of.Above] == of.Touches;
                runs[run] = of with { Region = alone ? of.Above : ++count };
            }

            foreach (Run run in runs)
            {
                touched[Math.Max(run.Above, 0)] = 0;
            }

            while (touched.Count <= count)
            {
                touched.Add(0);
            }

            for (int x = part.X; x < part.X + part.Width; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    // While a row is worked on, its places hold the numbers of their runs, below 0.
                    regions[i] = regions[i] < 0 ? runs[-regions[i] - 1].Region : regions[i];
                }
            }
        }

        return count;
    }

    private static void Join(OpenGround ground, int[] regions, List<Run> runs, List<int> touched, int place, bool hasAbove)
    {
        int west = ground.Links[place * 4];
        int run = west >= 0 && regions[west] < 0 && ground.Area[west] == ground.Area[place] ? -regions[west] - 1 : -1;
        if (run < 0)
        {
            run = runs.Count;
            runs.Add(default);
        }

        regions[place] = -run - 1;
        int north = ground.Links[(place * 4) + 3];
        if (hasAbove && north >= 0 && regions[north] > 0 && ground.Area[north] == ground.Area[place])
        {
            int above = regions[north];
            Run of = runs[run];
            bool same = of.Above == 0 || of.Above == above;
            runs[run] = of with { Above = same ? above : -1, Touches = of.Touches + 1 };
            touched[above]++;
        }
    }

    private record struct Run(int Above, int Touches, int Region);
}
